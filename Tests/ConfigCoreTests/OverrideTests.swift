import ConfigCore
import Testing

/// Options, and the config they make or the message they end in.
struct OverrideCase: Sendable, CustomTestStringConvertible {
    let options: [String]
    let expected: String
    var testDescription: String { options.joined(separator: " ") }

    init(_ options: String..., expecting expected: String) {
        self.options = options
        self.expected = expected
    }
}

@Suite("command line overrides") struct OverrideTests {
    static let root: ConfigNode = [
        "steps": [30, 60], "none": nil, "name": "x", "model": ["topk": ConfigNode(.tuple([1, 5]))],
        "pipeline": [["type": "A", "k": 1]],
    ]

    /// What MMCV cannot do, or does otherwise than it says; the rest is in `RecordedCaseTests`.
    static let accepted: [OverrideCase] = [
        .init(
            "v=[('train', 2), ('val', 1)]", expecting: #"{"v": [["train", 2], ["val", 1]]} /0 /1"#),
        .init("v=[(train,2),(val,1)]", expecting: #"{"v": [["train", 2], ["val", 1]]} /0 /1"#),
        .init(
            "v=[(train,2),(val,1)]", "v.0.1=3",
            expecting: #"{"v": [["train", 3], ["val", 1]]} /0 /1"#),
        .init("v=(1),(2)", expecting: #"{"v": [[1], [2]]} /0 /1"#),
        .init("v=[1],[2]", expecting: #"{"v": [[1], [2]]}"#),
        .init("steps.1=90", expecting: #"{"steps": [30, 90]}"#),
        .init("steps.0=[1,2]", expecting: #"{"steps": [[1, 2], 60]}"#),
        .init("model.topk.0=3", expecting: #"{"topk": [3, 5]} /topk"#),
        .init("pipeline.0=gone", expecting: #"{"pipeline": ["gone"]}"#),
        .init(
            "pipeline.0.type=B", "pipeline.0._delete_=True",
            expecting: #"{"pipeline": [{"type": "B"}]}"#),
        .init("none.first=3", expecting: #"{"none": {"first": 3}}"#),
        .init("name._delete_=True", "name.first=3", expecting: #"{"name": {"first": 3}}"#),
        .init(
            "v=+1,+.5,-1.,--1,+-inf,-inf,e5,1e,.,+,1__0,0x1p3,1-2",
            expecting:
                #"{"v": [1, 0.5, -1.0, "--1", "+-inf", -Infinity, "e5", "1e", ".", "+", "1__0", "0x1p3", "1-2"]}"#
        ),
        .init("v=[1", expecting: #"{"v": "[1"}"#),
        .init("v=\t１２\n", expecting: #"{"v": 12}"#),
        .init("name.first=3", "name=5", expecting: #"{"name": 5}"#),
        .init("v=1_000", "v=12345678901234567890", expecting: #"{"v": 1.2345678901234567e+19}"#),
    ]

    static let refused: [OverrideCase] = [
        .init(
            "model.depth", "=3", "v=[1,2", "v=[1,(2,3]",
            expecting: """
                --cfg-options: expected key=value, got "model.depth"
                --cfg-options: expected key=value, got "=3"
                --cfg-options: v: unbalanced brackets in "[1,2"
                --cfg-options: v: unbalanced brackets in "[1,(2,3]"
                """),
        .init(
            "opt=dict(type=SGD,lr=0.1)",
            expecting: """
                --cfg-options: opt: "dict(type=SGD,lr=0.1)" is no value; \
                set the keys of a mapping one by one, as in opt.type=SGD
                """),
        .init(
            "steps.2=90",
            expecting:
                "--cfg-options: steps.2: steps has no element 2, it has 2; positions are 0 to 1"),
        .init(
            "steps.-1=90",
            expecting:
                "--cfg-options: steps.-1: steps is a list, \"-1\" is no position in it; positions are 0 to 1"
        ),
        .init(
            "pipeline.7.k=1",
            expecting:
                "--cfg-options: pipeline.7.k: pipeline has no element 7, it has 1; positions are 0 to 0"
        ),
        .init(
            "name.first=3",
            expecting: """
                --cfg-options: name.first: name is the string "x" and has no keys; \
                add name._delete_=True to replace it by a mapping
                """),
        .init(
            "steps.0.k=1",
            expecting: """
                --cfg-options: steps.0.k: steps[0] is the number 30 and has no keys; \
                add steps[0]._delete_=True to replace it by a mapping
                """),
        .init(
            "model._delete_=1",
            expecting: "--cfg-options: model._delete_: expected true or false, got the number 1"),
    ]

    private func apply(_ options: [String]) throws -> ConfigNode {
        try ConfigOverrides.apply(ConfigOverrides.parse(options), to: Self.root)
    }

    @Test("what is taken", arguments: accepted)
    func taken(_ c: OverrideCase) throws {
        let key = c.options[0].prefix { $0 != "." && $0 != "=" }
        let value = try #require(apply(c.options)[String(key)])
        let isModel = key == "model"
        let written = isModel ? value : [String(key): value]
        let found = tuples(in: value).map { " \($0)" }.joined()
        #expect(ConfigWriter.json(written, indent: nil) + found == c.expected)
    }

    @Test("whole numbers beyond 64 bits are told")
    func wideNumbers() {
        let warnings = ConfigOverrides.warnings([
            "a.b=12345678901234567890", "c=[1,-99999999999999999999]", "d=1e30",
            "e=9223372036854775807", "f=run-12345678901234567890", "g",
        ])
        #expect(
            warnings.map(\.message) == [
                "--cfg-options: a.b: 12345678901234567890 is beyond 64 bits and is read as "
                    + "1.2345678901234567e+19; write it as a float, or as a string",
                "--cfg-options: c: -99999999999999999999 is beyond 64 bits and is read as "
                    + "-1e+20; write it as a float, or as a string",
            ])
    }

    @Test("lists within lists without end")
    func depth() {
        let value = String(repeating: "[", count: 300) + String(repeating: "]", count: 300)
        #expect(
            message { _ = try ConfigOverrides.parse(["v=\(value)"]) }
                == "--cfg-options: v: lists and mappings are nested more than 200 deep")
        let key = Array(repeating: "key", count: 300).joined(separator: ".")
        #expect(
            message { _ = try ConfigOverrides.parse(["\(key)=1"]) }
                == "--cfg-options: a key of more than 200 parts, key.key.key.key.key....")
    }

    @Test("what is refused", arguments: refused)
    func refusal(_ c: OverrideCase) {
        let text = message { _ = try apply(c.options) }
        #expect(text == c.expected)
    }
}
