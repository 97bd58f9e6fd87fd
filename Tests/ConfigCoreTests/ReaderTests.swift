import ConfigCore
import Testing

/// A config, how it is read, and the whole message.
struct ReaderCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let config: ConfigNode
    let read: @Sendable (inout ConfigReader) throws -> Void
    let message: String

    init(
        _ description: String, _ config: ConfigNode,
        _ read: @escaping @Sendable (inout ConfigReader) throws -> Void, expecting message: String
    ) {
        testDescription = description
        self.config = config
        self.read = read
        self.message = message
    }
}

@Suite("reading a mapping") struct ReaderTests {
    static let mistakes: [ReaderCase] = [
        .init("no mapping", 1, { _ in }, expecting: "runner: expected a mapping, got the number 1"),
        .init(
            "one typo, one message, though the key is required", ["type": "A", "max_epoch": 20],
            {
                _ = try $0.required("type", as: String.self)
                _ = try $0.required("max_epochs", as: Int.self)
            }, expecting: "runner.max_epoch: unknown key; did you mean max_epochs?"),
        .init(
            "missing", ["a": 1], { _ = try $0.required("b", as: Int.self) },
            expecting: "runner.b: required key is missing"),
        .init(
            "all unknown keys together", ["lrr": 1, "momentun": 2, "zzz": 3, "lr": 4],
            {
                _ = try $0.value("lr", default: 0.1)
                _ = try $0.value("momentum", default: 0.0)
            },
            expecting: """
                runner.lrr: unknown key; did you mean lr?
                runner.momentun: unknown key; did you mean momentum?
                runner.zzz: unknown key; known: lr, momentum
                """),
        .init(
            "the nearest key, be it there or not", ["loss_weight": 1, "losss_weight": 2],
            {
                _ = try $0.value("loss_weight", default: 1.0)
                _ = try $0.optional("class_weight", as: Double.self)
            }, expecting: "runner.losss_weight: unknown key; did you mean loss_weight?"),
        .init(
            "wrong types", ["lr": "0.1"], { _ = try $0.value("lr", default: 0.5) },
            expecting: "runner.lr: expected a number, got the string \"0.1\""),
        .init(
            "no integer", ["n": 3.5], { _ = try $0.required("n", as: Int.self) },
            expecting: "runner.n: expected an integer, got the number 3.5"),
        .init(
            "no integer in quotes", ["n": "3"], { _ = try $0.required("n", as: Int.self) },
            expecting: "runner.n: expected an integer, got the string \"3\""),
        .init(
            "no truth value", ["b": 1], { _ = try $0.value("b", default: true) },
            expecting: "runner.b: expected true or false, got the number 1"),
        .init(
            "null where none is allowed", ["s": nil], { _ = try $0.value("s", default: "x") },
            expecting: "runner.s: expected a string, got null"),
        .init(
            "no list", ["l": ["a": 1]], { _ = try $0.required("l", as: [Int].self) },
            expecting: "runner.l: expected a list, got a mapping"),
        .init(
            "all bad elements together", ["l": [1, true, [nil, 2], 3.0, "x"]],
            { _ = try $0.required("l", as: [Int].self) },
            expecting: """
                runner.l[1]: expected an integer, got true
                runner.l[2]: expected an integer, got a list
                runner.l[4]: expected an integer, got the string "x"
                """),
        .init(
            "nested", ["a": ["b": ["c": 1]]],
            { _ = try $0.nested("a") { try $0.nested("b") { _ in 0 } } },
            expecting: "runner.a.b.c: unknown key"),
        .init(
            "nested list", ["a": [["b": 1], ["c": 1]]],
            { _ = try $0.nestedList("a") { try $0.required("b", as: Int.self) } },
            expecting: "runner.a[1].b: required key is missing"),
        .init(
            "a failure of the reader's own", ["size": -3],
            { throw $0.failure("size", "must be positive", remedy: "use 32") },
            expecting: "runner.size: must be positive; use 32"),
        .init(
            "a failure that names what was expected", ["size": -3],
            { throw $0.failure("size", "bad size", expected: "at least 1") },
            expecting: "runner.size: bad size, expected at least 1, got the number -3"),
    ]

    @Test("mistakes", arguments: mistakes)
    func mistake(_ c: ReaderCase) {
        let text = message { try c.config.decode(at: "runner", c.read) }
        #expect(text == c.message)
    }

    @Test("what is taken")
    func taken() throws {
        let node: ConfigNode = [
            "n": 3.0, "x": 2, "l": ConfigNode(.tuple([1, 2.0])), "none": nil, "maybe": [nil, "a"],
            "rest": 1, "ignored": 2, "raw": "r",
        ]
        var reader = try ConfigReader(node, at: "")
        let integer: Int = try reader.required("n")
        let number: Double = try reader.required("x")
        let list: [Int] = try reader.required("l")
        let maybe: [String?] = try reader.required("maybe")
        let none = try reader.optional("none", as: Int.self)
        let missing = try reader.value("missing", default: 7)
        #expect(integer == 3 && number == 2 && list == [1, 2] && maybe == [nil, "a"])
        #expect(none == nil && missing == 7)
        #expect(reader.node("raw") == "r" && !reader.has("gone") && reader.has("ignored"))
        reader.ignore("ignored", "not there")
        #expect(reader.unreadKeys == ["rest"])
        #expect(reader.remaining().map(\.0) == ["rest"])
        try reader.checkAllRead()
    }

    @Test("messages point at the key or at the value")
    func places() throws {
        let root = try Config.parse(
            text:
                "{\n  \"optimizer\": {\"lr\": \"0.1\"},\n  \"lr_confg\": {\"policy\": \"step\"}\n}",
            name: "c.json")
        let wrongType = message {
            var reader = try ConfigReader(root, at: "")
            _ = try reader.nested("optimizer") { try $0.required("lr", as: Double.self) }
        }
        #expect(
            wrongType == """
                c.json:2:23: optimizer.lr: expected a number, got the string "0.1"
                  "optimizer": {"lr": "0.1"},
                                      ^
                """)
        let check = TopLevelCheck(root, known: ["lr_config", "optimizer"], read: ["optimizer"])
        #expect(
            message { throw ConfigError(issues: check.issues) } == """
                c.json:3:3: lr_confg: unknown key; did you mean lr_config?
                  "lr_confg": {"policy": "step"}
                  ^
                """)
    }

    @Test("top-level names nobody reads are shared values")
    func sharedNames() {
        let root: ConfigNode = [
            "model": 1, "dataset_type": 1, "img_norm_cfg": 1, "train_pipeline": 1, "_models": 1,
            "resume_from": nil,
        ]
        let known = ["model", "data", "optimizer", "resume_from", "load_from", "workflow"]
        let check = TopLevelCheck(root, known: known, read: ["model"])
        #expect(check.issues.isEmpty)
        #expect(check.sharedNames == ["dataset_type", "img_norm_cfg", "train_pipeline", "_models"])
    }

    @Test("cfg, conf and config are one word, wherever the style has it")
    func abbreviations() {
        let root: ConfigNode = [
            "checkpoint_cfg": 1, "lr_conf": 2, "train_config": 3, "norm_config": 4, "model_cfg": 5,
        ]
        let known = ["checkpoint_config", "lr_config", "train_cfg", "model"]
        let check = TopLevelCheck(root, known: known, read: [])
        #expect(
            check.issues.map(\.message) == [
                "checkpoint_cfg: unknown key; did you mean checkpoint_config?",
                "lr_conf: unknown key; did you mean lr_config?",
                "train_config: unknown key; did you mean train_cfg?",
            ])
        #expect(check.sharedNames == ["norm_config", "model_cfg"])
    }
}
