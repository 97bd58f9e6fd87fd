import ConfigCore
import Testing

@Suite("registries") struct RegistryTests {
    struct Flip: Equatable {
        var name: String
        var probability: Double
    }

    static let transforms: Registry<Flip> = {
        var registry = Registry<Flip>("transform")
        for name in ["RandomFlip", "Resize"] {
            registry.register(name) { reader, context in
                let scale: Double = try context.value()
                return Flip(name: name, probability: try reader.value("prob", default: 0.5) * scale)
            }
        }
        return registry
    }()

    static var context: BuildContext {
        var context = BuildContext()
        context.provide(2.0)
        return context
    }

    static let mistakes: [(ConfigNode, String)] = [
        (
            ["type": "RandomFlop"],
            "t.type: \"RandomFlop\" is not a known transform; did you mean \"RandomFlip\"?"
        ),
        (
            ["type": "mmcls.resize"],
            "t.type: \"mmcls.resize\" is not a known transform; did you mean \"Resize\"?"
        ),
        (
            ["type": "Rotate"],
            "t.type: \"Rotate\" is not a known transform; known: RandomFlip, Resize"
        ),
        (
            ["type": "mmdet.Resize"],
            "t.type: \"mmdet.Resize\" is not a known transform; did you mean \"Resize\"?"
        ),
        (["typ": "Resize"], "t.typ: unknown key; did you mean type?"),
        (["prob": 1], "t.type: required key is missing"),
        (["type": 3], "t.type: expected a string, got the number 3"),
        (
            "Resize",
            "t: expected a mapping with \"type\", got the string \"Resize\"; write {\"type\": \"Resize\"}"
        ),
        (3, "t: expected a mapping, got the number 3"),
        (["type": "Resize", "probb": 1], "t.probb: unknown key; did you mean prob?"),
    ]

    @Test("mistakes")
    func mistake() {
        for (config, expected) in Self.mistakes {
            let text = message { _ = try Self.transforms.build(config, at: "t", Self.context) }
            #expect(text == expected)
        }
    }

    @Test("components are found by name, by scoped name and by default")
    func build() throws {
        let registry = Self.transforms
        let plain = try registry.build(["type": "Resize", "prob": 1], at: "", Self.context)
        #expect(plain == Flip(name: "Resize", probability: 2))
        let scoped = try registry.build(["type": "mmcls.RandomFlip"], at: "", Self.context)
        #expect(scoped == Flip(name: "RandomFlip", probability: 1))
        let chosen = try registry.build(["prob": 0], at: "", defaultType: "Resize", Self.context)
        #expect(chosen.name == "Resize")
        #expect(registry.names == ["RandomFlip", "Resize"] && registry.contains("mmcv.Resize"))
        #expect(registry.contains("mmcls.datasets.pipelines.Resize"))
        #expect(!registry.contains("mmdet.Resize") && !registry.contains("Resize.mmcls"))
        var copy = registry
        copy.register("Resize", force: true) { _, _ in Flip(name: "mine", probability: 0) }
        #expect(try copy.build(["type": "Resize"], at: "", Self.context).name == "mine")
    }

    @Test("a reader builds what stands under a key")
    func nested() throws {
        let config: ConfigNode = [
            "one": ["type": "Resize"], "none": nil,
            "list": [["type": "Resize"], ["type": "RandomFlip"]],
        ]
        var reader = try ConfigReader(config, at: "data")
        let one = try reader.build("one", from: Self.transforms, Self.context)
        let none = try reader.build("none", from: Self.transforms, Self.context)
        let list = try reader.buildList("list", from: Self.transforms, Self.context)
        #expect(one?.name == "Resize" && none == nil)
        #expect(list?.map(\.name) == ["Resize", "RandomFlip"])
        let bad: ConfigNode = ["list": [["type": "Rezise"], ["type": "Resize", "p": 1]]]
        #expect(
            message {
                try bad.decode(at: "data") {
                    _ = try $0.buildList("list", from: Self.transforms, Self.context)
                }
            } == """
                data.list[0].type: "Rezise" is not a known transform; did you mean "Resize"?
                data.list[1].p: unknown key; known: type, prob
                """)
    }

    @Test("what the context lacks is named")
    func context() {
        #expect(
            message { _ = try BuildContext().value(Int.self) }
                == "build context: no value of type Int; call provide(_:) before building")
    }

    @Test("a name registered twice traps")
    func duplicate() async throws {
        let result = try await #require(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            var registry = Registry<Int>("hook")
            registry.register("A") { _, _ in 1 }
            registry.register("A") { _, _ in 2 }
        }
        let text = String(decoding: result.standardErrorContent, as: UTF8.self)
        #expect(text.contains("A is already registered as a hook; pass force: true to replace it"))
    }

    @Test("suggestions need closeness")
    func spelling() {
        let names = ["lr", "lr_config", "max_epochs", "SGD", "ResNet", "ResNeXt"]
        let words = [
            "lr_confg", "max_epoch", "sgd", "resnet", "Resnext", "rl", "xy", "epochs", "lr",
        ]
        #expect(
            words.map { Spelling.suggestion(for: $0, among: names) ?? "-" } == [
                "lr_config", "max_epochs", "SGD", "ResNet", "ResNeXt", "lr", "-", "-", "-",
            ])
        let pairs = [("kitten", "sitting"), ("ab", "ba"), ("", "abc"), ("type", "type")]
        #expect(pairs.map { Spelling.editDistance($0.0, $0.1) } == [3, 1, 3, 0])
    }
}
