import ConfigCore
import Testing

@Suite("what is printed about a config") struct ExplanationTests {
    static let files = [
        "base.json": """
        {
          "optimizer": {"type": "SGD", "lr": 0.2, "betas": [0.9, 0.99]},
          "model": {"depth": 18, "head": {"type": "Linear"}},
          "pipeline": [{"type": "Crop", "size": 32}, {"type": "Flip"}],
          "img_norm_cfg": {"mean": [1.0, 2.0]}
        }
        """,
        "middle.json": """
        {"_base_": "base.json",
         "optimizer": {"lr": 0.1},
         "model": {"head": {"_delete_": true, "type": "Multi"}}}
        """,
        "config.json": """
        {"_base_": "middle.json",
         "optimizer": {"lr": 0.05},
         "norm": "{{_base_.img_norm_cfg.mean}}",
         "workflow": [["train", 2], ["val", 1]]}
        """,
    ]

    private func explain(
        _ name: String, _ options: [String], as notation: ConfigNotation = .json,
        keys: [String]? = nil
    ) throws -> String {
        let folder = try ConfigFolder(Self.files)
        let root = try ConfigOverrides.apply(
            ConfigOverrides.parse(options), to: folder.load(name).root)
        return ConfigExplanation(root, keys: keys).text(as: notation)
            .replacingOccurrences(of: folder.path + "/", with: "")
    }

    @Test("every value with its place and what it overrode")
    func chains() throws {
        let options = [
            "optimizer.lr=0.01", "workflow.0.1=3", "pipeline.0.size=28", "new.key=a b",
            "optimizer.betas=(0.5,0.9)", "model.depth=34", "model.depth=50",
        ]
        #expect(
            try explain("config.json", options) == """
                optimizer.type = "SGD"          base.json:2
                optimizer.lr = 0.01             --cfg-options
                    was 0.05                    config.json:2
                    was 0.1                     middle.json:2
                    was 0.2                     base.json:2
                optimizer.betas = [0.5, 0.9]    --cfg-options
                    was [0.9, 0.99]             base.json:2
                model.depth = 50                --cfg-options
                    was 34                      --cfg-options
                    was 18                      base.json:3
                model.head = ...                middle.json:3
                    was {"type": "Linear"}      base.json:3
                model.head.type = "Multi"       middle.json:3
                pipeline[0].type = "Crop"       base.json:4
                pipeline[0].size = 28           --cfg-options
                    was 32                      base.json:4
                pipeline[1].type = "Flip"       base.json:4
                img_norm_cfg.mean = [1.0, 2.0]  base.json:5
                norm = [1.0, 2.0]               base.json:5
                workflow[0][0] = "train"        config.json:4
                workflow[0][1] = 3              --cfg-options
                    was 2                       config.json:4
                workflow[1] = ["val", 1]        config.json:4
                new.key = "ab"                  --cfg-options
                """)
    }

    @Test("in other notations, in part, and of values that the program wrote")
    func notations() throws {
        let options = ["optimizer.betas=(0.5,None)", "optimizer.lr._delete_=True"]
        #expect(
            try explain("base.json", options, as: .python, keys: ["optimizer"]) == """
                optimizer.type = "SGD"         base.json:2
                optimizer.lr = dict()          --cfg-options
                    was 0.2                    base.json:2
                optimizer.betas = (0.5, None)  --cfg-options
                    was [0.9, 0.99]            base.json:2
                """)
        #expect(
            try explain("base.json", options, as: .yaml, keys: ["optimizer"]) == """
                optimizer.type = SGD                          base.json:2
                optimizer.lr = {}                             --cfg-options
                    was 0.2                                   base.json:2
                optimizer.betas = !!python/tuple [0.5, null]  --cfg-options
                    was [0.9, 0.99]                           base.json:2
                """)
        let root: ConfigNode = [
            "a": ["b": 1, "long": ConfigNode(.list((0..<40).map { ConfigNode(.int($0)) }))]
        ]
        let changed = try ConfigOverrides.apply(ConfigOverrides.parse(["a.long=1"]), to: root)
        #expect(
            ConfigExplanation(changed).text(as: .json) == """
                a.b = 1
                a.long = 1                                                    --cfg-options
                    was [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14...
                """)
    }

    @Test("chains through files of all notations, and bases that a file changes")
    func mixed() throws {
        let folder = try ConfigFolder([
            "base.yaml": """
            optimizer: {type: SGD, lr: 0.2}
            steps: [1, 2]
            pipeline:
              - {type: Crop, size: 32}
            """,
            "middle.json": #"{"_base_": "base.yaml", "optimizer": {"lr": 0.1}}"#,
            "config.py": """
            _base_ = ['middle.json']
            _base_.optimizer.lr = 0.05
            _base_.pipeline[0].size = 28
            rate = 0.5
            optimizer = dict(
                lr=rate / 10,
                momentum=0.9)
            """,
        ])
        let root = try folder.load("config.py").root
        #expect(
            ConfigExplanation(root).text(as: .python)
                .replacingOccurrences(of: folder.path + "/", with: "") == """
                    optimizer.type = "SGD"     base.yaml:1
                    optimizer.lr = 0.05        config.py:6
                        was 0.05               config.py:2
                        was 0.1                middle.json:1
                        was 0.2                base.yaml:1
                    optimizer.momentum = 0.9   config.py:7
                    steps = [1, 2]             base.yaml:2
                    pipeline[0].type = "Crop"  base.yaml:4
                    pipeline[0].size = 28      config.py:3
                        was 32                 base.yaml:4
                    rate = 0.5                 config.py:4
                    """)
    }

    @Test("chains within one Python file, and on to its bases")
    func withinFile() throws {
        let folder = try ConfigFolder([
            "base.py": """
            lr = 0.8
            optimizer = dict(type='SGD', lr=0.4)
            _steps = [1, 2]
            """,
            "config.py": """
            _base_ = 'base.py'
            _base_.optimizer.lr = 0.3
            _base_.optimizer.lr = 0.2
            lr = 0.1
            lr *= 2
            steps = [1]
            steps += [2]
            sizes = [8, 9]
            sizes[0] = 7
            norm = dict(mean=[1.0])
            norm['mean'] = [2.0]
            norm.update(mean=[3.0], std=4)
            view = {**norm, 'std': 5}
            view = dict(std=6)
            rates = [lr for lr in steps]
            """,
        ])
        let root = try folder.load("config.py").root
        #expect(
            ConfigExplanation(root).text(as: .python)
                .replacingOccurrences(of: folder.path + "/", with: "") == """
                    lr = 0.2                         config.py:5
                        was 0.1                      config.py:4
                        was 0.8                      base.py:1
                    optimizer.type = "SGD"           base.py:2
                    optimizer.lr = 0.2               config.py:3
                        was 0.3                      config.py:2
                        was 0.4                      base.py:2
                    _steps = [1, 2]                  base.py:3
                    steps = [1, 2]                   config.py:7
                    sizes[0] = 7                     config.py:9
                        was 8                        config.py:8
                    sizes[1] = 9                     config.py:8
                    norm.mean = [3.0]                config.py:12
                        was [2.0]                    config.py:11
                        was [1.0]                    config.py:10
                    norm.std = 4                     config.py:12
                    view = ...                       config.py:14
                        was dict(mean=[3.0], std=5)  config.py:13
                    view.std = 6                     config.py:14
                    rates = [1, 2]                   config.py:15
                    """)
    }

    @Test("how a config differs from another one")
    func differences() throws {
        let folder = try ConfigFolder([
            "a.json": """
            {"lr": 0.1, "gone": {"x": 1, "y": []},
             "size": [32, 32], "steps": [1, 2],
             "pipeline": [{"type": "Load"}, {"type": "Crop", "size": 32}, {"type": "Norm", "m": 1}],
             "same": 1, "nan": NaN, "kind": {"a": 1}}
            """,
            "b.json": """
            {"same": 1.0, "lr": 0.2, "nan": NaN, "kind": 3,
             "size": [32, 32], "steps": [1, 2, 3], "none": null,
             "pipeline": [{"type": "Load"}, {"type": "Norm", "m": 2}, {"type": "Flip", "p": [0.5]}]}
            """,
        ])
        let old = try folder.load("a.json").root
        let new = try ConfigOverrides.apply(
            ConfigOverrides.parse(["size=(32,32)"]), to: folder.load("b.json").root)
        func text(_ old: ConfigNode, _ new: ConfigNode) -> String {
            ConfigDiff(from: old, to: new).text(as: .json)
                .replacingOccurrences(of: folder.path + "/", with: "")
        }
        #expect(
            text(old, new) == """
                changed lr: 0.1 -> 0.2              a.json:1 -> b.json:1
                changed kind: {"a": 1} -> 3         a.json:4 -> b.json:1
                changed steps: [1, 2] -> [1, 2, 3]  a.json:2 -> b.json:2
                added   none = null                 b.json:2
                changed pipeline[1].m: 1 -> 2       a.json:3 -> b.json:3
                added   pipeline[2].type = "Flip"   b.json:3
                added   pipeline[2].p = [0.5]       b.json:3
                removed pipeline[1].type = "Crop"   a.json:3
                removed pipeline[1].size = 32       a.json:3
                removed gone.x = 1                  a.json:1
                removed gone.y = []                 a.json:1
                """)
        #expect(text(new, new).isEmpty && text(old, old).isEmpty)
    }
}
