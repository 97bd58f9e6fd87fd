import ConfigCore
import Foundation
import Testing

/// Files, and what they come to, as JSON on one line.
struct LoadingCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let files: [String: String]
    let expected: String
}

@Suite("files become one config") struct LoadingTests {
    static let cases: [LoadingCase] = [
        .init(
            testDescription: "bases of bases, relative to the file that names them",
            files: [
                "config.json":
                    #"{"_base_": ["sub/a.json", "c.json"], "x": {"q": {"t": 3}}, "n": 0}"#,
                "sub/a.json": #"{"_base_": "../b.json", "x": {"q": {"r": 2}}}"#,
                "b.json": #"{"x": {"p": 1, "q": {"r": 1, "s": [1, 2]}}}"#,
                "c.json": #"{"y": null}"#,
            ],
            expected: #"{"x": {"p": 1, "q": {"r": 2, "s": [1, 2], "t": 3}}, "y": null, "n": 0}"#),
        .init(
            testDescription: "_delete_ is never left behind",
            files: [
                "config.json": """
                {"_base_": "a.json", "x": {"_delete_": true, "n": {"_delete_": true, "k": 1}},
                 "y": {"_delete_": false, "b": 2}, "new": {"_delete_": true}, "l": [{"_delete_": true}]}
                """,
                "a.json": #"{"x": {"p": 1}, "y": {"a": 1}}"#,
            ],
            expected: #"{"x": {"n": {"k": 1}}, "y": {"a": 1, "b": 2}, "new": {}, "l": [{}]}"#),
        .init(
            testDescription: "_delete_ at the top drops the bases",
            files: [
                "config.json": #"{"_base_": "a.json", "_delete_": true, "y": 1}"#,
                "a.json": #"{"x": 1}"#,
            ],
            expected: #"{"y": 1}"#),
        .init(
            testDescription: "names of the file",
            files: [
                "config.json": """
                {"_base_": "7.json", "a": "{{fileBasename}}", "b": "{{  fileBasenameNoExtension }}_{{fileExtname}}",
                 "c": "{{ fileFoo }} \\"{{ fileExtname }}"}
                """,
                "7.json": #"{"{{ fileBasename }}": {{ fileBasenameNoExtension }}}"#,
            ],
            expected:
                #"{"7.json": 7, "a": "config.json", "b": "config_.json", "c": "{{ fileFoo }} \".json"}"#
        ),
        .init(
            testDescription: "references to bases",
            files: [
                "config.json": """
                {"_base_": "a.json", "x": {{ _base_.m }}, "y": "{{_base_.m.d}}", "z": [{{_base_.l.1}}, "{{_base_.s}}"],
                 "p": "{{ _base_.s }}/{{_base_.m.d}}-{{_base_.m.f}}/{{other}}", "m": {"d": 101}}
                """,
                "a.json": #"{"m": {"d": 18, "f": 0.5}, "l": [1, {"k": null}], "s": "root"}"#,
            ],
            expected: """
                {"m": {"d": 101, "f": 0.5}, "l": [1, {"k": null}], "s": "root", "x": {"d": 18, "f": 0.5}, "y": 18, \
                "z": [{"k": null}, "root"], "p": "root/18-0.5/{{other}}"}
                """),
        .init(
            testDescription: "of a repeated key the last value counts",
            files: ["config.json": #"{"a": 1, "b": 2, "a": {"c": 3}}"#],
            expected: #"{"a": {"c": 3}, "b": 2}"#),
        .init(
            testDescription: "numbers",
            files: [
                "config.json":
                    "[1, -0, 1.0, 1e5, 1E-3, 9223372036854775807, 9223372036854775808, NaN, -Infinity]"
                    .asValue
            ],
            expected:
                "[1, 0, 1.0, 100000.0, 0.001, 9223372036854775807, 9.223372036854776e+18, NaN, -Infinity]"
                .asValue),
        .init(
            testDescription: "strings",
            files: ["config.json": #"["\ud83d\ude00", "\u0000\u001f", "é\t\/\\\""]"#.asValue],
            expected: #"["😀", "\u0000\u001f", "é\t/\\\""]"#.asValue),
    ]

    @Test("values", arguments: cases)
    func values(_ c: LoadingCase) throws {
        let root = try ConfigFolder(c.files).load("config.json").root
        #expect(ConfigWriter.json(root, indent: nil) == c.expected)
    }

    @Test("the folder of the file is absolute")
    func folderName() throws {
        let folder = try ConfigFolder(["sub/config.json": #"{"root": "{{ fileDirname }}/data"}"#])
        #expect(try folder.load("sub/config.json").root["root"] == "\(folder.path)/sub/data")
    }

    @Test("every value keeps its place through inheritance, references and overrides")
    func places() throws {
        let folder = try ConfigFolder([
            "config.json": """
            {
              "_base_": "a.json",
              "model": {"type": "é", "head": {"n": 10}},
              "out": "{{ fileBasename }}", "after": [1, {{ _base_.steps }}, "{{_base_.name}}/x"], "x\\u0061": 1,
              "again": 1, "again": 2
            }
            """,
            "a.json":
                "{\"model\": {\"depth\": 18,\n  \"head\": {\"k\": [1, 5]}},\r\n\"steps\": [3, 4], \"name\": \"n\"}",
        ])
        var root = try folder.load("config.json").root
        root = try ConfigOverrides.apply(ConfigOverrides.parse(["model.head.k.1=3"]), to: root)
        let places = [
            "model", "model.type", "model.depth", "model.head", "model.head.n", "model.head.k",
            "model.head.k.0", "model.head.k.1", "out", "after", "after.1", "after.1.1", "after.2",
            "xa",
            "again",
        ].map { "\($0) \(root.at(path: $0)?.origin.place ?? "nowhere")" }
        #expect(
            places.map { $0.replacingOccurrences(of: folder.path + "/", with: "") } == [
                "model config.json:3:12", "model.type config.json:3:21", "model.depth a.json:1:21",
                "model.head config.json:3:34", "model.head.n config.json:3:40",
                "model.head.k a.json:2:17",
                "model.head.k.0 a.json:2:18", "model.head.k.1 --cfg-options",
                "out config.json:4:10",
                "after config.json:4:41", "after.1 a.json:3:10", "after.1.1 a.json:3:14",
                "after.2 config.json:4:65", "xa config.json:4:98", "again config.json:5:24",
            ])
        let key = root.at(path: "model.depth")?.origin.keyLocation
        #expect(key == TextLocation(file: "\(folder.path)/a.json", line: 1, column: 12))
    }

    @Test("the files read and the deprecation notice are reported")
    func notices() throws {
        let folder = try ConfigFolder([
            "config.json": #"{"_base_": ["sub/a.json", "b.json"]}"#,
            "sub/a.json": #"{"_base_": "c.json"}"#,
            "sub/c.json": "{}",
            "b.json":
                #"{"_deprecation_": {"expected": "new.json", "reference": "https://example.org"}}"#,
        ])
        let loaded = try folder.load("config.json")
        let files = loaded.files.map { $0.replacingOccurrences(of: folder.path + "/", with: "") }
        #expect(files == ["config.json", "sub/a.json", "sub/c.json", "b.json"])
        #expect(
            folder.message { throw ConfigError(issues: loaded.warnings) } == """
                b.json:1:2: _deprecation_: this config is deprecated; use new.json, see https://example.org
                {"_deprecation_": {"expected": "new.json", "reference": "https://example.org"}}
                 ^
                """)
        #expect(loaded.root == [:])
    }

    @Test("a large file is read, and its last place found, at once")
    func large() throws {
        let items = (0..<20_000).map { "{\"name\": \"item \($0)\", \"at\": [\($0), 0.5]}" }
        let root = try Config.parse(
            text: "{\"items\": [\n\(items.joined(separator: ",\n"))]}", name: "c")
        #expect(root["items"]?[19_999]?["at"]?[0]?.int == 19_999)
        #expect(root["items"]?[19_999]?["at"]?.location?.description == "c:20001:30")
    }

    @Test("whole numbers beyond 64 bits are told wherever they are written")
    func wideNumbers() throws {
        let folder = try ConfigFolder([
            "base.json": #"{"a": [1, 18446744073709551616], "b": 1e30, "c": 9223372036854775807}"#,
            "more.yaml": "d: -9223372036854775809\ne: '99999999999999999999'\nf: 1.0e+30\n",
            "config.py": """
            _base_ = ['base.json', 'more.yaml']
            g = dict(h=0xFFFFFFFFFFFFFFFFFF)
            i = g['h']
            j = 12_345_678_901_234_567_890
            """,
        ])
        let loaded = try folder.load("config.py")
        #expect(loaded.root["j"] == 12_345_678_901_234_567_890.0)
        let remedy = "; write it as a float, or as a string"
        #expect(
            loaded.warnings.map {
                $0.message.replacingOccurrences(of: folder.path + "/", with: "")
            } == [
                "base.json:1:11: a[1]: 18446744073709551616 is beyond 64 bits and is read as "
                    + "1.8446744073709552e+19" + remedy,
                "more.yaml:1:4: d: -9223372036854775809 is beyond 64 bits and is read as "
                    + "-9.223372036854776e+18" + remedy,
                "config.py:2:12: g.h: 0xFFFFFFFFFFFFFFFFFF is beyond 64 bits and is read as "
                    + "4.722366482869645e+21" + remedy,
                "config.py:4:5: j: 12_345_678_901_234_567_890 is beyond 64 bits and is read as "
                    + "1.2345678901234567e+19" + remedy,
            ])
    }
}

extension String {
    /// A config with this value under `v`.
    fileprivate var asValue: String { "{\"v\": \(self)}" }
}
