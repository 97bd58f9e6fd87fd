import ConfigCore
import Testing

@Suite("configs as text") struct WriterTests {
    static let config: ConfigNode = [
        "workflow": [ConfigNode(.tuple(["train", 2])), ConfigNode(.tuple(["val", 1]))],
        "pipeline": [
            ["type": "A", "size": ConfigNode(.tuple([ConfigNode(.tuple([])), ["k": 1]]))],
            [["type": "B"], 3], [:],
        ],
        "long": ConfigNode(.tuple((0..<30).map { ConfigNode(.int($0 * 1000)) })),
        "empty": ["map": [:], "list": []],
        "numbers": [
            1e-5, 1e16, -0.0, 2.5, ConfigNode(.double(.infinity)), ConfigNode(.double(.nan)),
        ],
        "strings": [
            "plain", "a/b.png", "yes", "1e3", "2024-01-01", "", "a b", "- a", "é", "~", "Null",
            "x\u{85}\u{2028}", "{{ fileDirname }}/{{x}}", "a: b", "#", "a\"\\\n",
        ],
        "lr.mult": ["<<": nil, "0": true],
    ]

    @Test("YAML as PyYAML reads it")
    func yaml() {
        let long = (0..<30).map { "  - \($0 * 1000)" }.joined(separator: "\n")
        #expect(
            ConfigWriter.yaml(Self.config) == """
                workflow: [!!python/tuple [train, 2], !!python/tuple [val, 1]]
                pipeline:
                  - type: A
                    size: !!python/tuple
                      - !!python/tuple []
                      - k: 1
                  - - type: B
                    - 3
                  - {}
                long: !!python/tuple
                \(long)
                empty:
                  map: {}
                  list: []
                numbers: [1.0e-05, 1.0e+16, -0.0, 2.5, .inf, .nan]
                strings:
                  - plain
                  - a/b.png
                  - "yes"
                  - "1e3"
                  - "2024-01-01"
                  - ""
                  - "a b"
                  - "- a"
                  - "é"
                  - "~"
                  - "Null"
                  - "x\\u0085\\u2028"
                  - "\\u007b{ fileDirname }}/{{x}}"
                  - "a: b"
                  - "#"
                  - "a\\"\\\\\\n"
                lr.mult:
                  "<<": null
                  "0": true

                """)
        #expect(ConfigWriter.yaml([:]) == "{}\n")
    }

    @Test("on one line")
    func line() {
        let node: ConfigNode = ["a": [ConfigNode(.tuple([1])), ["b": nil]]]
        #expect(
            ConfigNotation.allCases.map { ConfigWriter.line(node, as: $0) } == [
                "dict(a=[(1,), dict(b=None)])", #"{"a": [[1], {"b": null}]}"#,
                "{a: [!!python/tuple [1], {b: null}]}",
            ])
        #expect(ConfigWriter.line("abcdefgh", as: .json, limit: 8) == "\"abcd...")
    }

    @Test("names that Python cannot have at the top are refused")
    func names() throws {
        let root = try Config.parse(
            text: "{\"a\": {\"b-c\": 1},\n \"b-c\": 1, \"dict\": 2, \"__x\": 3}", name: "c.json")
        #expect(
            message { _ = try ConfigWriter.text(root, as: .python) } == """
                c.json:2:2: b-c: no name in Python, so that it cannot stand at the top of a .py config; write JSON or YAML
                 "b-c": 1, "dict": 2, "__x": 3}
                 ^
                c.json:2:12: dict: a name with a meaning of its own in Python; write JSON or YAML
                 "b-c": 1, "dict": 2, "__x": 3}
                           ^
                c.json:2:23: __x: a name with a meaning of its own in Python; write JSON or YAML
                 "b-c": 1, "dict": 2, "__x": 3}
                                      ^
                """)
        let text = try ConfigWriter.text(root["a"].map { ["a": $0] } ?? [:], as: .python)
        #expect(text == "a = {\"b-c\": 1}\n")
    }

    @Test("a path leads back to its steps")
    func paths() {
        let steps: [ConfigKey] = [
            .key("data"), .key("train"), .key("pipeline"), .index(2), .index(10), .key("a.b"),
            .key(""), .key("x"), .index(0), .key("y"),
        ]
        let path = steps.reduce("") { path, step in
            switch step {
            case .key(let key): ConfigPath.join(path, key: key)
            case .index(let index): ConfigPath.join(path, index: index)
            }
        }
        #expect(path == #"data.train.pipeline[2][10]["a.b"][""].x[0].y"#)
        #expect(ConfigPath.steps(path) == steps)
        #expect(ConfigPath.steps("") == [] && ConfigPath.steps("a[x]") == nil)
        #expect(ConfigPath.steps("a..b") == nil && ConfigPath.steps("a[\"b") == nil)
        let node: ConfigNode = ["a": [["b": 1, "c": 2], 3]]
        #expect(
            node.removing([.key("a"), .index(0), .key("b")][...]) == ["a": [["c": 2], 3]])
        #expect(node.removing([.key("a"), .index(0), .key("x")][...]) == nil)
        #expect(node.removing([.key("a"), .index(2), .key("b")][...]) == nil)
        #expect(node.removing([.key("a"), .index(1)][...]) == nil)
    }
}
