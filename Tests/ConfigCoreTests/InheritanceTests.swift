import ConfigCore
import Foundation
import Testing

@Suite("configs of all notations inherit from each other") struct InheritanceTests {
    static let cases: [LoadingCase] = [
        .init(
            testDescription: "Python on JSON on YAML",
            files: [
                "config.py": "_base_ = 'a.json'\nx = dict(q=dict(t=(3,)))\n",
                "a.json": #"{"_base_": ["b.yaml"], "x": {"q": {"r": 2}}}"#,
                "b.yaml": "x:\n  p: 1\n  q: {r: 1, s: [1, 2]}\n",
            ],
            expected: #"{"x": {"p": 1, "q": {"r": 2, "s": [1, 2], "t": [3]}}}"#),
        .init(
            testDescription: "YAML and JSON on Python, with references and file names",
            files: [
                "config.yml": """
                _base_: [a.py]  # don't
                n: {{ _base_.m.depth }}
                l: [{{_base_.m.depth}}, '{{ _base_.name }}/x']
                f: "{{ fileBasename }}"
                w: out/{{ fileBasenameNoExtension }}
                """,
                "a.py": "m = dict(depth=18)\nname = '{{ fileBasenameNoExtension }}'\n",
            ],
            expected: """
                {"m": {"depth": 18}, "name": "a", "n": 18, "l": [18, "a/x"], "f": "config.yml", \
                "w": "out/config"}
                """),
        .init(
            testDescription: "_base_ computed from names, and found wherever it stands",
            files: [
                "config.py": "folder = 'sub'\n_base_ = [folder + '/a.py']\nx = {{ _base_.y }}\n",
                "sub/a.py": "y = 1\n_base_ = '../b.py'\nz = {{ _base_.b }} + 1\n",
                "b.py": "b = 2\n",
            ],
            expected: #"{"b": 2, "y": 1, "z": 3, "folder": "sub", "x": 1}"#),
        .init(
            testDescription: "the base as a value that the file reads and changes",
            files: [
                "config.py": """
                import copy
                _base_ = 'a.py'
                pipeline = copy.deepcopy(_base_.train.pipeline)
                pipeline[0]['k'] = 2
                _base_.train.pipeline = pipeline
                pipeline[0]['k'] = 3
                own = [dict(z=1)]
                _base_.train.own = own
                own[0]['z'] = 2
                _base_.train['n'] += 1
                mean = _base_.norm['mean'][::-1]
                _base_.norm.update(std=1)
                seen = {{ _base_.norm.std }}
                """,
                "a.py": """
                train = dict(pipeline=[dict(type='A', k=1)], n=1)
                norm = dict(mean=[1, 2])
                """,
            ],
            expected: """
                {"train": {"pipeline": [{"type": "A", "k": 3}], "n": 2, "own": [{"z": 1}]}, \
                "norm": {"mean": [1, 2], "std": 1}, "pipeline": [{"type": "A", "k": 3}], \
                "own": [{"z": 2}], \
                "mean": [2, 1], "seen": 1}
                """),
        .init(
            testDescription: "a reference in a longer string or expression is evaluated",
            files: [
                "config.py": """
                _base_ = 'a.py'
                a = '{{_base_.s}}/y'
                b = {{ _base_.n }} * 2 + 1
                c = '{{_base_.n}}'
                d = {{ _base_.l }} + [3]
                e = f'{{_base_.s}}-{1}'
                g = [x for x in {{ _base_.l }}]
                """,
                "a.py": "s = 'r'\nn = 5\nl = [1, 2]\n",
            ],
            expected: """
                {"s": "r", "n": 5, "l": [1, 2], "a": "r/y", "b": 11, "c": 5, "d": [1, 2, 3], \
                "e": "r-1", "g": [1, 2]}
                """),
        .init(
            testDescription: "_delete_ is never left behind",
            files: [
                "config.py": """
                _base_ = 'a.py'
                x = dict(_delete_=True, n=dict(_delete_=True, k=1))
                new = dict(_delete_=True, l=[dict(_delete_=False, m=1)])
                """,
                "a.py": "x = dict(p=1)\n",
            ],
            expected: #"{"x": {"n": {"k": 1}}, "new": {"l": [{"m": 1}]}}"#),
        .init(
            testDescription: "functions, modules and names with two underscores are left out",
            files: ["config.py": "import copy\nd = dict\n__x = 1\n_y = 2\n"],
            expected: #"{"_y": 2}"#),
        .init(
            testDescription: "an empty Python file", files: ["config.py": "# nothing\n"],
            expected: "{}"),
    ]

    @Test("values", arguments: cases)
    func values(_ c: LoadingCase) throws {
        let name = try #require(c.files.keys.first { $0.hasPrefix("config.") })
        let root = try ConfigFolder(c.files).load(name).root
        #expect(ConfigWriter.json(root, indent: nil) == c.expected)
    }

    /// `_delete_` that stays in the result, and garbage for a reference inside a string.
    @Test("V13") func v13_deleteAndReferencesAreConsumed() throws {
        let folder = try ConfigFolder([
            "c.py":
                "_base_ = 'a.py'\nx = dict(y=dict(_delete_=True, z='{{_base_.s}}/{{_base_.s}}'))",
            "a.py": "s = 'r'",
        ])
        #expect(try folder.load("c.py").root["x"] == ["y": ["z": "r/r"]])
    }

    /// Tuples stay tuples through inheritance, references and options; a list serves as well.
    @Test("V14") func v14_tuplesStayTuples() throws {
        let folder = try ConfigFolder([
            "c.py": "_base_ = ['a.py', 'b.yaml']\nworkflow = {{ _base_.w }}\nk = _base_.t.topk",
            "a.py": "w = [('train', 1)]\nt = dict(topk=(1, 5))",
            "b.yaml": "size: !!python/tuple [1, 2]",
        ])
        let root = try ConfigOverrides.apply(
            ConfigOverrides.parse(["t.topk.0=3"]), to: folder.load("c.py").root)
        #expect(tuples(in: root).sorted() == ["/k", "/size", "/t/topk", "/w/0", "/workflow/0"])
        #expect(try [Int](config: try #require(root["size"]), at: "size") == [1, 2])
    }

    @Test("every value keeps the place where it was written")
    func places() throws {
        let folder = try ConfigFolder([
            "config.py": """
            _base_ = ['a.py', 'b.yaml']
            norm = dict(mean=[1, 2],
                        std={'a.b': 3})
            model = dict(head=dict(n=10), norm=norm, **{{ _base_.more }})
            pipeline = [dict(type='A', **norm)] + {{ _base_.steps }}
            folder = '{{ fileBasename }}'; after = 'é', 7
            x = [i * 2 for i in range(2)]
            """,
            "a.py": "model = dict(depth=18,\n  head=dict(k=5))\nmore = dict(extra=1)\n",
            "b.yaml": "steps:\n  - type: B\n    é: {v: 7}\n  - <<: &m {q: 1}\n",
        ])
        let root = try folder.load("config.py").root
        let places = [
            "norm", "norm.mean.1", "model.head", "model.head.n", "model.head.k", "model.depth",
            "model.norm", "model.norm.mean", "model.extra", "pipeline.0", "pipeline.0.type",
            "pipeline.0.std", "pipeline.1.type", "pipeline.1.é.v", "pipeline.2.q", "folder",
            "after.1", "x.1",
        ].map { "\($0) \(root.at(path: $0)?.origin.place ?? "nowhere")" }
        #expect(
            places.map { $0.replacingOccurrences(of: folder.path + "/", with: "") } == [
                "norm config.py:2:8", "norm.mean.1 config.py:2:22", "model.head config.py:4:19",
                "model.head.n config.py:4:26", "model.head.k a.py:2:15", "model.depth a.py:1:20",
                "model.norm config.py:4:36", "model.norm.mean config.py:2:18",
                "model.extra a.py:3:19", "pipeline.0 config.py:5:13",
                "pipeline.0.type config.py:5:23", "pipeline.0.std config.py:3:17",
                "pipeline.1.type b.yaml:2:11", "pipeline.1.é.v b.yaml:3:12",
                "pipeline.2.q b.yaml:4:16", "folder config.py:6:10", "after.1 config.py:6:45",
                "x.1 config.py:7:6",
            ])
        let key = root.at(path: "model.depth")?.origin.keyLocation
        #expect(key?.column == 14 && root.at(path: "norm")?.origin.keyLocation?.column == 1)
    }

    @Test("environment variables, with and without a default")
    func environment() throws {
        let folder = try ConfigFolder([
            "config.py": """
            root = '{{$DATA:/default}}/images'
            n = {{'$COUNT:80'}}
            m = {{ $COUNT : 7 }}
            """,
            "config.json": #"{"a": "{{$DATA:x}}", "b": {{"$COUNT:2"}}}"#,
            "missing.py": "a = 1\nb = '{{$DATA:}}'\n",
        ])
        func text(_ name: String, _ environment: [String: String]) throws -> String {
            let loaded = try Config.load(path: "\(folder.path)/\(name)", environment: environment)
            return ConfigWriter.json(loaded.root, indent: nil)
                + " \(loaded.environment.sorted { $0.key < $1.key }.map(\.key))"
        }
        #expect(
            try text("config.py", [:]) == #"{"root": "/default/images", "n": 80, "m": 7} []"#)
        #expect(
            try text("config.py", ["DATA": "/d", "COUNT": "9", "OTHER": "1"])
                == #"{"root": "/d/images", "n": 9, "m": 9} ["COUNT", "DATA"]"#)
        #expect(try text("config.json", ["COUNT": "3"]) == #"{"a": "x", "b": 3} ["COUNT"]"#)
        #expect(
            folder.failure(of: "missing.py") == """
                missing.py:2:6: the environment variable DATA is not set; \
                set it, or give a default: {{$DATA:…}}
                b = '{{$DATA:}}'
                     ^
                """)
    }
}
