import Foundation
import Testing

@Suite("--allow-unknown and custom_imports") struct UnknownKeyTests {
    private static let stray = [
        "--cfg-options", "runner.max_epochs=1", "model.backbone.base_channels=4",
        "model.backbone.stem_channels=4", "model.head.in_channels=32", "data.samples_per_gpu=240",
        "data.train.pipeline.1.siize=3", "optimizer.nesterof=True", "model.head.topp=2",
        "randomness.seed=1", "evaluation.intervall=3",
    ]

    @Test("keys that nothing reads are refused, or left out with a warning each")
    func training() throws {
        let tool = try Tool()
        let train = ["train", Tool.config, "--work-dir", "work"] + Self.stray
        let refused = try tool(train)
        #expect(refused.exitCode == 64)
        #expect(
            refused.errors
                == "--cfg-options: randomness: a new-style key in a legacy config; write seed and deterministic\n"
        )
        #expect(tool.folder.names("work").isEmpty)
        let trained = try tool(train + ["--allow-unknown"])
        #expect(trained.exitCode == 0)
        for message in [
            "randomness: a new-style key in a legacy config, left out; write seed and deterministic",
            "data.train.pipeline[1].siize: unknown key, left out; did you mean size?",
            "optimizer.nesterof: unknown key, left out; did you mean nesterov?",
            "model.head.topp: unknown key, left out; did you mean topk?",
            "evaluation.intervall: unknown key, left out; did you mean interval?",
        ] {
            #expect(
                trained.errors.components(separatedBy: "WARNING - --cfg-options: \(message)\n")
                    .count == 2)
        }
        let test = ["test", Tool.config, "work/latest.pth"] + Self.stray
        #expect(try tool(test).exitCode == 64)
        let tested = try tool(test + ["--allow-unknown"])
        #expect(tested.exitCode == 0 && tested.errors.contains("topp: unknown key, left out"))
    }

    @Test("modules that the program does not bring")
    func customImports() throws {
        let tool = try Tool()
        let imports = "custom_imports.imports=[mmcls.models,my_package.hooks]"
        let message =
            "--cfg-options: custom_imports.imports: nothing here brings the components of the Python module my_package.hooks; write them in Swift and call registries.provide(\"my_package.hooks\"), as README.md shows under \"Components of your own\"\n"
        let refused = try tool(["train", Tool.config, "--cfg-options", imports])
        #expect(refused.exitCode == 64 && refused.errors == message)
        let taken = try tool([
            "test", Tool.config, "nowhere.pth", "--cfg-options", imports,
            "custom_imports.allow_failed_imports=True",
        ])
        #expect(taken.errors.contains("WARNING - \(message)"))
        #expect(
            taken.errors.hasSuffix(
                "nowhere.pth: no such file; give the path of a .pth checkpoint\n"))
    }
}
