import Experiments
import Foundation
import MMRunner
import Testing

/// What README says of `Runner`, held against the code.
@Suite("README's tables of Runner") struct RunnerTableTests {
    private typealias Row = (names: [String], here: String)

    /// The rows of a table below a heading of its own, with the code words of the first column.
    private func table(_ heading: String) throws -> [Row] {
        let file = "\(Repository.root)/README.md"
        let readme = try String(contentsOfFile: file, encoding: .utf8)
        let part = try #require(readme.components(separatedBy: "| \(heading) |").dropFirst().first)
        return part.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(2)
            .prefix { $0.hasPrefix("|") }.map { line in
                let cells = line.split(separator: "|").map {
                    $0.trimmingCharacters(in: .whitespaces)
                }
                return (Self.codeWords(cells[0]), cells.dropFirst().joined(separator: " "))
            }
    }

    private static func codeWords(_ text: String) -> [String] {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }

    /// A value for each argument that changes what the toy's config means.
    private static let values: [String: ConfigNode] = [
        "model": ["type": "ToyModel", "layers": 1], "work_dir": "elsewhere",
        "train_dataloader": Toy.loader(size: 24), "val_dataloader": Toy.loader(size: 24),
        "test_dataloader": Toy.loader(size: 24),
        "train_cfg": ["by_epoch": false, "max_iters": 3], "val_cfg": ["fp16": true],
        "test_cfg": ["fp16": true], "auto_scale_lr": ["enable": true, "base_batch_size": 8],
        "optim_wrapper": ["optimizer": ["type": "Adam", "lr": 0.1]],
        "param_scheduler": ["type": "StepLR", "step_size": 1],
        "val_evaluator": [["type": "ToyEvaluator"]], "test_evaluator": [["type": "ToyEvaluator"]],
        "default_hooks": ["timer": ConfigNode(.null)],
        "custom_hooks": [["type": "EmptyCacheHook"]], "data_preprocessor": ["type": "Any"],
        "load_from": "x.pth", "resume": true, "launcher": "pytorch",
        "env_cfg": ["cudnn_benchmark": true], "log_processor": ["window_size": 3],
        "log_level": "DEBUG", "visualizer": ["name": "x"], "default_scope": "mmpretrain",
        "randomness": ["seed": 7], "experiment_name": "x", "runner_type": "TestingRunner",
        "custom_imports": ["imports": ["mmpretrain.models"]], "find_unused_parameters": true,
        "model_wrapper_cfg": ["type": "MMDistributedDataParallel"], "compile": true,
        "tta_model": ["type": "AverageClsScoreTTA"], "tta_pipeline": [],
        "activation_checkpointing": ["backbone.layer1"], "efficient_conv_bn_eval": ["backbone"],
    ]

    @Test("every argument is listed, and does what its row says")
    func arguments() throws {
        let rows = try table("Argument | Here")
        let listed = rows.flatMap(\.names)
        #expect(listed.sorted() == ConfigStyle.newStyleKeys.sorted())
        let toy = Toy()
        let plain = try meaning(toy.config)
        for row in rows {
            for name in row.names {
                let value = try #require(Self.values[name], "no value for \(name)")
                let found: String
                do {
                    let now = try meaning(toy.config.setting(name, to: value))
                    found = now == plain ? "accepted without effect" : "works"
                } catch {
                    found = "refused"
                }
                // These mean something to the runner itself, not to the experiment.
                let ownWords = [
                    "experiment_name", "runner_type", "custom_imports", "default_scope",
                ]
                guard !ownWords.contains(name) else { continue }
                #expect(row.here.hasPrefix(found), "\(name): \(row.here)")
            }
        }
    }

    /// What a config means, in words; notes aside.
    private func meaning(_ config: ConfigNode) throws -> String {
        var experiment = try Runner.fromConfig(
            config, registries: Toy.registries, environment: [:]
        ).experiment
        return Self.words(&experiment)
    }

    private static func words(_ experiment: inout Experiment) -> String {
        // A dictionary has no order.
        let loaders = experiment.loaders.sorted { $0.key < $1.key }
        experiment.loaders = [:]
        experiment.notes = []
        experiment.workflowConfig = nil
        return "\(loaders) \(experiment)".replacing(/positions: \[[^\]]*\]/, with: "")
    }

    @Test("the same defaults in Runner(...) and from_cfg")
    func defaults() throws {
        let toy = Toy()
        let loader = Toy.loader()
        let short = try Runner(
            model: ["type": "ToyModel"], workDir: toy.workDir, trainDataloader: .config(loader),
            trainCfg: ["by_epoch": true, "max_epochs": 1],
            optimWrapper: ["optimizer": ["type": "SGD", "lr": 0.01]],
            registries: Toy.registries, environment: [:])
        let config = try Runner.fromConfig(
            [
                "model": ["type": "ToyModel"], "work_dir": ConfigNode(.string(toy.workDir)),
                "train_dataloader": loader,
                "train_cfg": ["by_epoch": true, "max_epochs": 1],
                "optim_wrapper": ["optimizer": ["type": "SGD", "lr": 0.01]],
            ], registries: Toy.registries, environment: [:])
        var meanings = try (short.experiment, config.experiment)
        #expect(Self.words(&meanings.0) == Self.words(&meanings.1))
        #expect(short.launcher == config.launcher && short.deterministic == config.deterministic)
    }

    @Test("every method is listed under its name here")
    func methods() throws {
        let rows = try table("Method or property | Here")
        let folder = "\(Repository.root)/Sources/Experiments/Runner"
        var declared: Set<String> = []
        for file in try FileManager.default.contentsOfDirectory(atPath: folder)
        where file.hasPrefix("Runner+") || file == "Runner.swift" || file == "RunnerLoops.swift" {
            let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
            let members =
                file == "RunnerLoops.swift"
                ? text.components(separatedBy: "extension Runner {").last ?? "" : text
            for match in members.matches(
                of: /\n    (?:public|open)(?: class)? (?:func|var|let) (\w+)/)
            {
                declared.insert(String(match.1))
            }
        }
        // What MMEngine's page does not have.
        let own: Set = [
            "cfg", "registries", "model", "optimWrapper", "paramSchedulers", "logProcessor",
        ]
        let swiftNames = rows.flatMap { Self.codeWords($0.here) }
        #expect(Set(swiftNames).subtracting(declared) == [], "README has what is not there")
        #expect(
            declared.subtracting(swiftNames).subtracting(own) == [], "README does not have these")
        // The names of the original's page: every one has a row.
        let page = """
            build_dataloader build_evaluator build_logger build_log_processor build_message_hub \
            build_model build_optim_wrapper build_param_scheduler build_test_loop build_train_loop \
            build_val_loop build_visualizer call_hook dump_config from_cfg get_hooks_info \
            load_checkpoint load_or_resume register_custom_hooks register_default_hooks \
            register_hook register_hooks resume save_checkpoint scale_lr set_randomness setup_env \
            train val test wrap_model deterministic distributed epoch experiment_name hooks iter \
            launcher max_epochs max_iters model_name rank seed timestamp train_dataloader \
            val_dataloader test_dataloader val_evaluator test_evaluator train_loop val_loop \
            test_loop val_begin val_interval work_dir world_size logger message_hub visualizer
            """
        #expect(
            rows.flatMap(\.names).sorted() == page.split(separator: " ").map(String.init).sorted())
    }
}
