import ConfigCore
import Foundation
import Testing

/// The table of README on what a Python config may have, tried out row by row.
@Suite("README's table of constructs") struct ConstructTableTests {
    /// What each row promises; each text ends in a value that is compared, written on one line.
    private static let rows: [String: [(text: String, expected: String)]] = [
        "Values": [
            (
                "[0x1F, 0o17, 0b1, 1_000, 1e-3, .5, 2., None, True]",
                "[31, 15, 1, 1000, 0.001, 0.5, 2.0, None, True]"
            ),
            (#"'a' "b" r'\d' '''c''' f'{1 + 1:03d}'"#, #""ab\\dc002""#),
            (
                "[*(1, 2), *[3]], (4,), {'x y': 1}, dict(a=1)",
                "([1, 2, 3], (4,), {\"x y\": 1}, dict(a=1))"
            ),
            ("{**dict(a=1), 'b': 2}, dict(**dict(a=1), b=2)", "(dict(a=1, b=2), dict(a=1, b=2))"),
        ],
        "Names": [
            (
                "0\na = b = 1\nc, d = 2, 3\ne = [0]\nf = e\nf[0] = 4\nf += [5]\na *= 10\nv = [a, b, c, d, e]",
                "[10, 1, 2, 3, [4, 5]]"
            )
        ],
        "Operators": [
            ("[1 + 2 - 3, 2 * 3, 7 / 2, -7 // 2, -7 % 3, 2**3]", "[0, 6, 3.5, -4, 2, 8]"),
            (
                "[1 < 2 <= 2, 1 in [1], 1 is not None, True and not False or 0]",
                "[True, True, True, True]"
            ),
            (
                "[1 if 0 else 2, [1, 2, 3][-1], (1, 2, 3)[::-1], 'abc'[1:]]",
                "[2, 3, (3, 2, 1), \"bc\"]"
            ),
        ],
        "Comprehensions": [
            (
                "[(x, y) for x in range(3) if x for y in 'ab' if y != 'b'], {k: 1 for k in 'ab'}, sum(x for x in [1, 2])",
                "([(1, \"a\"), (2, \"a\")], dict(a=1, b=1), 3)"
            )
        ],
        "Functions": [],
        "Methods": [],
        "Statements": [
            ("0\nif v:\n    pass\nelif not v:\n    v = 1\nelse:\n    v = 2", "1"),
            (
                "0\nimport copy\nfrom copy import deepcopy\na = [1]\nv = copy.copy(a) + deepcopy(a)",
                "[1, 1]"
            ),
        ],
    ]

    /// A use of every function and method that the table names, and its value.
    private static let uses = [
        "dict": "dict([('a', 1)]) == dict(a=1)", "list": "list('ab') == ['a', 'b']",
        "tuple": "tuple([1]) == (1,)", "int": "int('7') == 7", "float": "float(3) == 3.0",
        "str": "str(1.0) == '1.0'", "bool": "bool([]) == False", "round": "round(2.5) == 2",
        "range": "list(range(1, 6, 2)) == [1, 3, 5]", "len": "len((1, 2)) == 2",
        "min": "min(2, 1) == 1", "max": "max([2, 1]) == 2", "sum": "sum([1, 2]) == 3",
        "sorted": "sorted([3, 1]) == [1, 3]", "reversed": "list(reversed([1, 2])) == [2, 1]",
        "zip": "list(zip([1], [2])) == [(1, 2)]",
        "enumerate": "list(enumerate(['a'])) == [(0, 'a')]", "abs": "abs(-1) == 1",
        "any": "any([0, 1]) and not any([])", "all": "all([]) and not all([1, 0])",
        "find": "'abé'.find('é') == 2 and 'a'.find('b') == -1",
        "count": "'abab'.count('ab') == 2 and [2, 3, 2].count(2) == 2",
        "sort": "l.sort(reverse=True) is None and l == [3, 2]",
        "clear": "l.clear() is None and d.clear() is None and not l and not d",
        "copy.copy": "copy.copy([1]) == [1]", "copy.deepcopy": "copy.deepcopy([1]) == [1]",
        "format": "'{}-{:.2f}'.format(1, 2) == '1-2.00'", "%": "'%s-%d' % ('a', 1) == 'a-1'",
        "upper": "'a'.upper() == 'A'", "lower": "'A'.lower() == 'a'",
        "strip": "' a '.strip() == 'a'", "split": "'a b'.split() == ['a', 'b']",
        "join": "','.join(['a', 'b']) == 'a,b'", "replace": "'ab'.replace('a', 'c') == 'cb'",
        "startswith": "'ab'.startswith('a')", "endswith": "'ab'.endswith('b')",
        "append": "l.append(1) is None", "extend": "l.extend([1]) is None",
        "insert": "l.insert(0, 1) is None", "pop": "l.pop() == 3 and d.pop('a') == 1",
        "copy": "l.copy() == l and d.copy() == d", "index": "l.index(3) == 1",
        "reverse": "l.reverse() is None", "get": "d.get('b', 5) == 5",
        "keys": "list(d.keys()) == ['a']", "values": "list(d.values()) == [1]",
        "items": "list(d.items()) == [('a', 1)]", "update": "d.update(b=2) is None",
        "setdefault": "d.setdefault('a', 9) == 1",
    ]

    private static let refused = [
        "other imports": "import math", "functions": "def f():\n    pass",
        "classes": "class A:\n    pass", "`lambda`": "a = lambda: 0",
        "loops": "for i in []:\n    pass", "`with`": "with a:\n    pass",
        "`try`": "try:\n    pass\nexcept E:\n    pass", "sets": "a = {1}", "bytes": "a = b'x'",
        "slice assignment": "a = [1]\na[:] = [2]",
        "lazy configs (`read_base`)": "from mmengine.config import read_base",
        "bases in other packages (`mmdet::...`)": "_base_ = 'mmdet::a.py'",
    ]

    /// The rows of the table: its first cell and its second.
    private static func table(_ heading: String) throws -> [String: String] {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "README.md")
        let lines = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
        let start = try #require(lines.firstIndex { $0.hasPrefix("| \(heading) |") })
        let rows = lines[(start + 2)...].prefix { $0.hasPrefix("|") }.map { line in
            line.components(separatedBy: " | ").map {
                $0.trimmingCharacters(in: CharacterSet(charactersIn: "| "))
            }
        }
        return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
    }

    /// The words in backticks of a cell.
    private static func words(_ cell: String) -> Set<String> {
        let quoted = cell.components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }
        return Set(quoted.flatMap { $0.element.components(separatedBy: " ") })
    }

    @Test("what it says is supported is, and nothing else of its kind is left out")
    func supported() throws {
        let table = try Self.table("In a `.py` config")
        #expect(Set(table.keys) == Set(Self.rows.keys).union(["Bases", "Refused"]))
        for (row, examples) in Self.rows {
            for (text, expected) in examples {
                let root = try Config.parse(text: "v = \(text)", name: "c", ending: ".py")
                let value = ConfigWriter.line(try #require(root["v"]), as: .python)
                #expect(value == expected, "\(row)")
            }
        }
        let named = Self.words(table["Functions"] ?? "").union(Self.words(table["Methods"] ?? ""))
        #expect(named == Set(Self.uses.keys))
        for (name, use) in Self.uses {
            let text = "import copy\nl = [2, 3]\nd = dict(a=1)\nv = \(use)"
            let root = try Config.parse(text: text, name: "c", ending: ".py")
            #expect(root["v"] == true, "\(name)")
        }
    }

    @Test("bases as it says")
    func bases() throws {
        let folder = try ConfigFolder([
            "a.json": #"{"x": {"y": 1}, "l": [1, 2]}"#, "b.yaml": "z: 3\n",
            "one.py": "_base_ = 'a.json'\nv = {{ _base_.x.y }} + 1\ns = '{{ _base_.x.y }}/k'\n",
            "two.py":
                "_base_ = [n for n in ('a.json', 'b.yaml')]\n_base_.x.y = _base_.z * 2\n_base_.l[0] = 5",
        ])
        #expect(
            ConfigWriter.json(try folder.load("one.py").root, indent: nil)
                == #"{"x": {"y": 1}, "l": [1, 2], "v": 2, "s": "1/k"}"#)
        #expect(
            ConfigWriter.json(try folder.load("two.py").root, indent: nil)
                == #"{"x": {"y": 6}, "l": [5, 2], "z": 3}"#)
    }

    @Test("what it says is refused is, with a way out")
    func refusals() throws {
        let cell = try #require(try Self.table("In a `.py` config")["Refused"])
        #expect(Set(cell.components(separatedBy: ", ")) == Set(Self.refused.keys))
        for (construct, text) in Self.refused {
            let folder = try ConfigFolder(["c.py": text])
            #expect(throws: ConfigError.self, "\(construct)") { try folder.load("c.py") }
        }
    }

    /// What each row on YAML and JSON promises: texts by their endings, and their value.
    private static let plainRows: [String: [(text: String, ending: String, expected: String)]] = [
        "YAML words": [
            (
                "[yes, on, off, 1e-3, 1.0e-3, 017, 1:30]", ".yaml",
                #"[true, true, false, "1e-3", 0.001, 15, 90]"#
            )
        ],
        "YAML tags": [
            (
                "[!!str 1, !!int '2', !!float 3, !!bool 'yes', !!null '', !!seq [4], !!map {a: 5}]",
                ".yaml", #"["1", 2, 3.0, true, null, [4], {"a": 5}]"#
            ),
            ("!!python/tuple [!!python/int '1', !!python/list [2]]", ".yaml", "[1, [2]]"),
        ],
        "YAML structure": [
            ("&a {x: [1], 2: y}\nw:\n  <<: *a\n  z:\n  - *a", ".yaml", #"{"x": [1], "2": "y"}"#)
        ],
        "JSON": [
            (
                #"[1, -2.5e3, "é\u0041", true, null, NaN, -Infinity, {}]}"#, ".json",
                #"[1, -2500.0, "éA", true, null, NaN, -Infinity, {}]"#
            )
        ],
        "Both": [
            ("'{{ fileBasename }}-{{$ABSENT:x}}'", ".yaml", #""c-x""#),
            (#""{{ fileBasename }}-{{$ABSENT:x}}"}"#, ".json", #""c-x""#),
        ],
    ]

    private static let plainRefused = [
        "other tags": ("v: !!python/name:os.system", ".yaml"), "dates": ("v: 2024-01-01", ".yaml"),
        "several documents": ("v: 1\n---\nv: 2", ".yaml"),
        "a key that stands twice in YAML": ("v: 1\nv: 2", ".yaml"),
        "comments in JSON": ("{\"v\": 1 /* one */}", ".json"),
    ]

    @Test("YAML and JSON as it says")
    func plainNotations() throws {
        let table = try Self.table("In a `.yaml` or `.json` config")
        #expect(Set(table.keys) == Set(Self.plainRows.keys).union(["Refused"]))
        for (row, examples) in Self.plainRows {
            for (text, ending, expected) in examples {
                let text = (ending == ".json" ? "{\"v\": " : "v: ") + text
                let root = try Config.parse(text: text, name: "c", ending: ending)
                #expect(
                    ConfigWriter.line(try #require(root["v"]), as: .json) == expected, "\(row)")
            }
        }
        let refused = try #require(table["Refused"])
        #expect(Set(refused.components(separatedBy: ", ")) == Set(Self.plainRefused.keys))
        for (construct, example) in Self.plainRefused {
            #expect(throws: ConfigError.self, "\(construct)") {
                try Config.parse(text: example.0, name: "c", ending: example.1)
            }
        }
    }
}
