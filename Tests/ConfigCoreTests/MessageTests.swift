import ConfigCore
import Testing

/// A folder of files, the file that is read, and the whole message.
struct FileMessageCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var files: [String: String] = [:]
    var read = "config.json"
    let message: String
}

@Suite("reading a file says what is wrong") struct MessageTests {
    static let syntaxCases: [FileMessageCase] = [
        .init(
            testDescription: "comma at the end", files: ["config.json": "{\n  \"a\": 1,\n}\n"],
            message: """
                config.json:3:1: not valid JSON: unexpected character; remove the comma before it
                }
                ^
                """),
        .init(
            testDescription: "comma missing", files: ["config.json": "{\"a\": 1\n\t\"b\": 2}"],
            message: """
                config.json:2:2: not valid JSON: object value separator ',' expected
                \t"b": 2}
                \t^
                """),
        .init(
            testDescription: "Python words", files: ["config.json": "{\"é\": True}"],
            message: """
                config.json:1:7: not valid JSON: boolean expected; JSON writes true, false and null
                {"é": True}
                      ^
                """),
        .init(
            testDescription: "comment", files: ["config.json": "{ # a\n}"],
            message: """
                config.json:1:3: not valid JSON: quoted object property name expected; JSON has no comments
                { # a
                  ^
                """),
        .init(
            testDescription: "tuple", files: ["config.json": "{\"a\": (1, 2)}"],
            message: """
                config.json:1:7: not valid JSON: unexpected character; JSON writes tuples as lists
                {"a": (1, 2)}
                      ^
                """),
        .init(
            testDescription: "single quotes", files: ["config.json": "{'a': 1}"],
            message: """
                config.json:1:2: not valid JSON: quoted object property name expected; JSON puts strings in double quotes
                {'a': 1}
                 ^
                """),
        .init(
            testDescription: "None", files: ["config.json": "{\"a\": None}"],
            message: """
                config.json:1:8: not valid JSON: null expected; JSON writes true, false and null
                {"a": None}
                       ^
                """),
        .init(
            testDescription: "single quotes around a value", files: ["config.json": "{\"a\": 'b'}"],
            message: """
                config.json:1:7: not valid JSON: unexpected character; JSON puts strings in double quotes
                {"a": 'b'}
                      ^
                """),
        .init(
            testDescription: "end too early", files: ["config.json": "{\"a\": [1, 2"],
            message: """
                config.json:1:12: not valid JSON: the text ends too early
                {"a": [1, 2
                           ^
                """),
        .init(
            testDescription: "something after the end", files: ["config.json": "{}\n{}"],
            message: """
                config.json:2:1: not valid JSON: unexpected character
                {}
                ^
                """),
        .init(
            testDescription: "list at the top", files: ["config.json": "[1]"],
            message: """
                config.json:1:1: expected a mapping at the top level, got a list
                [1]
                ^
                """),
        .init(
            testDescription: "number at the top", files: ["config.json": " 7"],
            message: """
                config.json:1:2: expected a mapping at the top level, got the number 7
                 7
                 ^
                """),
        .init(
            testDescription: "empty", files: ["config.json": " \n"],
            message: "config.json: the file is empty"),
        .init(
            testDescription: "byte order mark", files: ["config.json": "\u{FEFF}{}"],
            message:
                "config.json:1:1: the file begins with a byte order mark; save it as UTF-8 without one"
        ),
        .init(
            testDescription: "zero byte", files: ["config.json": "{\"a\": 1,\n\0}"],
            message: "config.json:2:1: the file is not UTF-8 text; save it as UTF-8"),
        .init(
            testDescription: "a misplaced caret does not hide in a placeholder",
            files: ["config.json": "{\"a\": \"{{ fileExtname }}\", b}"],
            message: """
                config.json:1:28: not valid JSON: quoted object property name expected
                {"a": "{{ fileExtname }}", b}
                                           ^
                """),
    ]

    static let fileCases: [FileMessageCase] = [
        .init(
            testDescription: "missing", files: ["resnet18.json": "{}"], read: "resnet81.json",
            message: "resnet81.json: no such file; did you mean resnet18.json?"),
        .init(
            testDescription: "missing, nothing near", read: "config.json",
            message: "config.json: no such file"),
        .init(
            testDescription: "folder", files: ["a.json/b": ""], read: "a.json",
            message: "a.json: this is a folder, not a file"),
        .init(
            testDescription: "in a Python package", files: ["config.py": "_base_ = 'mmdet::a.py'"],
            read: "config.py",
            message: """
                config.py:1:10: _base_: mmdet::a.py is in a Python package, which cannot be looked into; \
                copy the file and name the copy
                _base_ = 'mmdet::a.py'
                         ^
                """),
        .init(
            testDescription: "a base's name in Python",
            files: ["config.py": "_base_ = 'a.py'\ny = x", "a.py": "x = 1"], read: "config.py",
            message: """
                config.py:2:5: the name x is not defined; a base has it: write {{ _base_.x }}
                y = x
                    ^
                """),
        .init(
            testDescription: "other ending", files: ["config.toml": ""], read: "config.toml",
            message:
                "config.toml: .toml is no config file; configs are read from .py, .json, .yaml and .yml"
        ),
        .init(
            testDescription: "missing base",
            files: [
                "config.json": "{\n  \"_base_\": [\"sub/a.json\", \"sub/c.json\"]}",
                "sub/a.json": "{}",
            ],
            message: """
                config.json:2:28: _base_: sub/c.json: no such file; did you mean sub/a.json?
                  "_base_": ["sub/a.json", "sub/c.json"]}
                                           ^
                """),
        .init(
            testDescription: "cycle",
            files: [
                "config.json": "{\"_base_\": \"sub/b.json\"}",
                "sub/b.json": "{\"_base_\": \"../c.json\"}",
                "c.json": "{\"_base_\": \"./config.json\"}",
            ],
            message: """
                c.json:1:12: _base_: the file inherits from itself: \
                config.json -> sub/b.json -> c.json -> config.json; remove one of these bases
                {"_base_": "./config.json"}
                           ^
                """),
        .init(
            testDescription: "base of the wrong type", files: ["config.json": "{\"_base_\": [1]}"],
            message: """
                config.json:1:13: _base_: expected a file name or a list of file names, got the number 1
                {"_base_": [1]}
                            ^
                """),
        .init(
            testDescription: "two bases have a key",
            files: [
                "config.json": "{\"_base_\": [\"a.json\", \"b.json\"]}", "a.json": "{\"x\": 1}",
                "b.json": "{\"x\": 2}",
            ],
            message: """
                config.json:1:23: _base_: two bases have the key x, in b.json and at a.json:1:7; leave it in one of them
                {"_base_": ["a.json", "b.json"]}
                                      ^
                """),
        .init(
            testDescription: "reserved names",
            files: ["config.json": "{\"text\": 1, \"a\": {\"text\": 1}, \"filename\": 2}"],
            message: """
                config.json:1:31: filename: this name is reserved; choose another one
                {"text": 1, "a": {"text": 1}, "filename": 2}
                                              ^
                config.json:1:2: text: this name is reserved; choose another one
                {"text": 1, "a": {"text": 1}, "filename": 2}
                 ^
                """),
        .init(
            testDescription: "mapping over a scalar",
            files: [
                "config.json": "{\"_base_\": \"a.json\", \"x\": {\"flag\": {\"a\": 1}}}",
                "a.json": "{\"x\": {\n \"flag\": true}}",
            ],
            message: """
                config.json:1:36: x.flag: a mapping cannot be merged into true at a.json:2:10; add "_delete_": true to replace it
                {"_base_": "a.json", "x": {"flag": {"a": 1}}}
                                                   ^
                """),
        .init(
            testDescription: "_delete_ of the wrong type",
            files: ["config.json": "{\"x\": [{\"_delete_\": \"yes\"}]}"],
            message: """
                config.json:1:21: x[0]._delete_: expected true or false, got the string "yes"
                {"x": [{"_delete_": "yes"}]}
                                    ^
                """),
        .init(
            testDescription: "reference to nothing",
            files: [
                "config.json": "{\"_base_\": \"a.json\", \"x\": {{ _base_.model.dept }}}",
                "a.json": "{\"model\": {\"depth\": 18}}",
            ],
            message: """
                config.json:1:27: x: {{_base_.model.dept}} is in none of the bases; did you mean depth?
                {"_base_": "a.json", "x": {{ _base_.model.dept }}}
                                          ^
                """),
        .init(
            testDescription: "reference without a base",
            files: ["config.json": "{\"x\": \"{{_base_.y}}\"}"],
            message: """
                config.json:1:7: x: {{_base_.y}} refers to a base, but the file has none; add "_base_"
                {"x": "{{_base_.y}}"}
                      ^
                """),
        .init(
            testDescription: "reference that cannot be part of a string",
            files: [
                "config.json": "{\"_base_\": \"a.json\", \"x\": \"a{{_base_.y}}\"}",
                "a.json": "{\"y\": [1]}",
            ],
            message: """
                config.json:1:27: x: {{_base_.y}} is a list and cannot be part of a string
                {"_base_": "a.json", "x": "a{{_base_.y}}"}
                                          ^
                """),
    ]

    @Test("syntax", arguments: syntaxCases)
    func syntax(_ c: FileMessageCase) throws {
        let failure = try ConfigFolder(c.files).failure(of: c.read)
        #expect(failure == c.message)
    }

    @Test("files and inheritance", arguments: fileCases)
    func files(_ c: FileMessageCase) throws {
        let failure = try ConfigFolder(c.files).failure(of: c.read)
        #expect(failure == c.message)
    }

    @Test("too deep nesting and bytes that are no UTF-8")
    func broken() throws {
        let deep = String(repeating: "[", count: 300)
        let folder = try ConfigFolder(["config.json": "{\"a\": \(deep)"])
        #expect(
            folder.failure(of: "config.json").hasPrefix(
                "config.json:1:206: lists and mappings are nested more than 200 deep\n"))
        #expect(throws: ConfigError.self) {
            try Config.parse(text: "{\"_base_\": \"a\"}", name: "x")
        }
    }

    @Test("a long line is cut around the caret")
    func longLine() {
        let filler = (0..<40).map { "\"key\($0)\": 0" }.joined(separator: ", ")
        let text = message {
            _ = try Config.parse(text: "{\(filler), x, \(filler)}", name: "c.json")
        }
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.count == 3 && lines[1].count == 100)
        #expect(Array(lines[1])[lines[2].count - 1] == "x")
    }
}
