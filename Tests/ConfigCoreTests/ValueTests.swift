import ConfigCore
import Testing

@Suite("config values") struct ValueTests {
    static let node: ConfigNode = [
        "a": ["b": [1, ["c": "x"]]], "t": ConfigNode(.tuple([true, nil])), "f": 2.0,
        "dotted.key": 1,
    ]

    @Test("access by key, position and path")
    func access() {
        let node = Self.node
        #expect(node.at(path: "a.b.1.c")?.string == "x")
        #expect(node.at(path: "a.b.2") == nil && node.at(path: "t.0")?.bool == true)
        #expect(
            node["t"]?[1]?.isNull == true && node["f"]?.int == 2 && node["a"]?["b"]?[0]?.double == 1
        )
        #expect(node.mapping?.keys == ["a", "t", "f", "dotted.key"])
    }

    @Test("copies with other values")
    func changes() {
        let changed = Self.node.setting("a", "b", to: 7).setting("f", "new", to: "y").removing("t")
            .removing("not", "there").removing("dotted.key")
        #expect(changed == ["f": ["new": "y"], "a": ["b": 7]])
        #expect(changed.mapping?.keys == ["a", "f"])
        #expect((1 as ConfigNode) != (1.0 as ConfigNode) && Self.node != changed)
    }

    @Test("JSON as text")
    func writing() {
        let config: ConfigNode = [
            "workflow": [ConfigNode(.tuple(["train", 2])), ConfigNode(.tuple(["val", 1]))],
            "pipeline": [["type": "A"], ["type": "B", "mean": [123.675, 116.0]]], "empty": [:],
            "none": [],
            "long": ConfigNode(.list((0..<30).map { ConfigNode(.int($0 * 1000)) })),
            "s": "a\"b\\\n\u{1}é",
        ]
        let lines = (0..<30).map { "        \($0 * 1000)" }.joined(separator: ",\n")
        #expect(
            ConfigWriter.json(config) == """
                {
                    "workflow": [["train", 2], ["val", 1]],
                    "pipeline": [
                        {
                            "type": "A"
                        },
                        {
                            "type": "B",
                            "mean": [123.675, 116.0]
                        }
                    ],
                    "empty": {},
                    "none": [],
                    "long": [
                \(lines)
                    ],
                    "s": "a\\"b\\\\\\n\\u0001é"
                }
                """)
    }

    @Test("Python as MMCV reads it")
    func writingPython() {
        let config: ConfigNode = [
            "workflow": [ConfigNode(.tuple(["train", 2])), ConfigNode(.tuple(["val", 1]))],
            "topk": ConfigNode(.tuple([1])), "seed": nil, "not a name": 1, "lambda": 1,
            "data": [
                "shuffle": true,
                "train": [
                    "type": "CustomDataset", "data_prefix": "data/\"x\"", "mean": [1.0, 0.5],
                ],
            ],
            "keys": ["a.b": ["lr_mult": 0.1]], "inf": ConfigNode(.double(-.infinity)),
        ]
        #expect(
            ConfigWriter.python(config) == """
                workflow = [("train", 2), ("val", 1)]
                topk = (1,)
                seed = None
                data = dict(
                    shuffle=True,
                    train=dict(type="CustomDataset", data_prefix="data/\\"x\\"", mean=[1.0, 0.5]))
                keys = {"a.b": dict(lr_mult=0.1)}
                inf = float("-inf")

                """)
    }

    @Test("what is written reads back the same")
    func roundTrip() throws {
        let config: ConfigNode = [
            "i": 1, "d": 1.0, "small": 1e-5, "big": 1e16, "inf": ConfigNode(.double(-.infinity)),
            "m": ["x": [[], [:], nil, true]], "k\t\"": "v\u{0}",
        ]
        for indent in [nil, 0, 2, 4] {
            let text = ConfigWriter.json(config, indent: indent)
            #expect(try Config.parse(text: text, name: "c") == config)
        }
    }
}
