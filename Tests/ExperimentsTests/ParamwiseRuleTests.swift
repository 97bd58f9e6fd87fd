import MMRunner
import Testing

/// A depth-wise convolution, a normalisation, a linear layer, and one that is not trained.
private struct Parts: Module {
    let members: Members

    init() throws {
        let device = try Device(threads: 1)
        let generator = TorchGenerator(seed: 0)
        let frozen = try Linear(2, 2, device: device, generator: generator)
        for (_, parameter) in frozen.namedParameters() { parameter.requiresGradient = false }
        members = [
            "conv": .module(
                try Conv2d(
                    2, 2, Window(kernel: (1, 1)), groups: 2, device: device, generator: generator)),
            "bn": .module(try BatchNorm2d(2, device: device)),
            "fc": .module(try Linear(2, 2, device: device, generator: generator)),
            "frozen": .module(frozen),
        ]
    }
}

/// Rules, and what mmengine 0.10.7 makes of them under lr=0.5 and weight_decay=0.25.
private struct RuleCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let rules: ConfigNode
    /// Rate and decay of every parameter that is trained, as the model has them.
    let groups: [[Double]]

    static let all = [
        RuleCase(
            testDescription: "rates of biases, not of normalisations",
            rules: ["bias_lr_mult": 2],
            groups: [
                [0.5, 0.25], [1, 0.25], [0.5, 0.25], [0.5, 0.25], [0.5, 0.25], [1, 0.25],
            ]),
        RuleCase(
            testDescription: "biases come before depth-wise convolutions",
            rules: ["dwconv_decay_mult": 0.5, "bias_decay_mult": 2],
            groups: [
                [0.5, 0.125], [0.5, 0.5], [0.5, 0.25], [0.5, 0.5], [0.5, 0.25], [0.5, 0.5],
            ]),
        RuleCase(
            testDescription: "parameters of one dimension", rules: ["flat_decay_mult": 0],
            groups: [[0.5, 0.25], [0.5, 0], [0.5, 0], [0.5, 0], [0.5, 0.25], [0.5, 0]]),
        RuleCase(
            testDescription: "normalisations come before parameters of one dimension",
            rules: ["norm_decay_mult": 0, "flat_decay_mult": 0.5, "bias_lr_mult": 4],
            groups: [[0.5, 0.25], [2, 0.125], [0.5, 0], [0.5, 0], [0.5, 0.25], [2, 0.125]]),
        RuleCase(
            testDescription: "keys of names",
            rules: [
                "custom_keys": [
                    "fc": ["lr_mult": 0.5, "decay_mult": 0, "lars_exclude": true],
                    "conv.w": ["decay_mult": 2],
                ]
            ],
            groups: [[0.5, 0.5], [0.5, 0.25], [0.5, 0.25], [0.5, 0.25], [0.25, 0], [0.25, 0]]),
    ]
}

@Suite("parameter-wise rules of new-style configs") struct ParamwiseRuleTests {
    @Test("O7: rates and decays are MMEngine's", arguments: RuleCase.all)
    private func o7_groups(_ c: RuleCase) throws {
        let config: ConfigNode = [
            "optimizer": ["type": "SGD", "lr": 0.5, "weight_decay": 0.25],
            "paramwise_cfg": c.rules,
        ]
        let groups = try #require(buildOptimWrapper(Parts(), config).single).optimizer.groups
        #expect(
            groups.map { [$0.learningRate, $0["weight_decay"]?.number ?? .nan] } == c.groups)
        guard c.rules["custom_keys"] != nil else { return }
        #expect(groups.map { $0["lars_exclude"] == .bool(true) }.suffix(3) == [false, true, true])
        #expect(groups[0]["decay_mult"] == .int(2) && groups[4]["lr_mult"] == .double(0.5))
    }
}
