import MMRunner
import Testing

/// Two layers, the second of which may be the first one's twin.
private struct Pair: Module {
    let members: Members

    init(sharing: Bool = false) throws {
        let device = try Device(threads: 1)
        let generator = TorchGenerator(seed: 0)
        let first = try Linear(2, 2, device: device, generator: generator)
        let second = try Linear(2, 2, device: device, generator: generator)
        members = ["G": .module(first), "D": .module(sharing ? first : second)]
    }
}

@Suite("building optimizers") struct OptimizerBuildingTests {
    private func message(_ config: ConfigNode) throws -> String {
        let pair = try Pair()
        do {
            _ = try buildOptimizers(pair, config)
            return ""
        } catch let error as ConfigError {
            return error.issues.map(\.message).joined(separator: "\n")
        }
    }

    @Test("every name that configs may use, with every setting of its constructor")
    func settings() throws {
        let adam: ConfigNode = ["betas": [0.5, 0.6], "eps": 1e-3, "weight_decay": 0.1]
        let common: ConfigNode = [
            "lr": 0.5, "maximize": true, "foreach": false, "capturable": false,
            "differentiable": false,
        ]
        let cases: [(String, ConfigNode)] = [
            (
                "SGD",
                [
                    "lr": 1, "momentum": 0.9, "dampening": 0.1, "weight_decay": 0.1,
                    "nesterov": false, "maximize": true, "foreach": true, "differentiable": false,
                    "fused": nil,
                ]
            ),
            (
                "torch.optim.Adam",
                merged(common, adam, ["amsgrad": true, "decoupled_weight_decay": true])
            ),
            ("AdamW", merged(common, adam, ["amsgrad": true, "fused": true])),
            (
                "RMSprop",
                merged(
                    common,
                    ["alpha": 0.5, "eps": 1, "weight_decay": 0, "momentum": 1, "centered": true])
            ),
            (
                "Adagrad",
                [
                    "lr": 1, "lr_decay": 1, "weight_decay": 1, "initial_accumulator_value": 1,
                    "eps": 1, "foreach": false, "maximize": true, "differentiable": false,
                    "fused": true,
                ]
            ),
            ("Adadelta", merged(common, ["rho": 0.5, "eps": 1, "weight_decay": 1])),
            ("Adamax", merged(common, adam)),
            ("NAdam", merged(common, adam, ["momentum_decay": 1, "decoupled_weight_decay": true])),
            ("RAdam", merged(common, adam, ["decoupled_weight_decay": true])),
            ("ASGD", merged(common, ["lambd": 1, "alpha": 1, "t0": 3, "weight_decay": 1])),
            ("Rprop", merged(common, ["etas": [0.1, 2], "step_sizes": [1e-3, 1]])),
            (
                "Adafactor",
                [
                    "lr": 1, "beta2_decay": -1, "eps": [nil, 0.1], "d": 2, "weight_decay": 1,
                    "foreach": false, "maximize": true,
                ]
            ),
            (
                "mmcls.Lamb",
                merged(
                    adam,
                    [
                        "lr": 1, "bias_correction": false, "grad_averaging": false,
                        "max_grad_norm": 2, "trust_clip": true, "always_adapt": true,
                    ])
            ),
        ]
        for (type, settings) in cases {
            let config = settings.setting("type", to: ConfigNode(.string(type)))
            let optimizer = try buildOptimizer(Pair(), config)
            #expect(type.hasSuffix(optimizer.typeName))
            for (key, node) in settings.mapping ?? ConfigMapping() {
                let value = optimizer.groups.first?[key]
                #expect(value.map { holds($0, node) } == true, "\(type) \(key)")
            }
        }
    }

    private func merged(_ parts: ConfigNode...) -> ConfigNode {
        parts.reduce([:]) { result, part in
            (part.mapping ?? ConfigMapping()).reduce(result) { $0.setting($1.key, to: $1.node) }
        }
    }

    private func holds(_ value: OptionValue, _ node: ConfigNode) -> Bool {
        switch value {
        case .null: node.isNull
        case .bool(let flag): node.bool == flag
        case .int, .double: node.double == value.number
        case .pair(let first, let second): node.list?.map(\.double) == [first, second]
        case .tuple(let parts):
            node.list.map { zip(parts, $0).allSatisfy { holds($0, $1) } } ?? false
        }
    }

    @Test("what cannot be built says why")
    func messages() throws {
        let cases: [(ConfigNode, String)] = [
            (
                ["type": "torch.optim.LBFGS", "lr": 1],
                "optimizer.type: LBFGS evaluates the loss several times a step, and a runner evaluates each batch once; use SGD, AdamW or another"
            ),
            (
                ["type": "SparseAdam"],
                "optimizer.type: SparseAdam takes sparse gradients only, and all gradients here are dense; use SGD, AdamW or another"
            ),
            (
                ["type": "Muon"],
                "optimizer.type: Muon steps matrices only, and convolutions and biases are none; use SGD, AdamW or another"
            ),
            (
                ["type": "Lamb", "maximize": true],
                "optimizer.maximize: unknown key; known: type, lr, eps, weight_decay, max_grad_norm, bias_correction, grad_averaging, trust_clip, always_adapt, betas"
            ),
            (
                ["type": "Rprop", "etas": [1.5, 1.2]],
                "optimizer.etas: the first must be in (0, 1), the second above 1, got 1.5 and 1.2"
            ),
            (
                ["type": "Adam", "betas": [nil, 0.9]],
                "optimizer.betas: expected two numbers, got a list"
            ),
            (
                ["type": "Adafactor", "d": 0.5],
                "optimizer.d: must be at least 1, got 0.5"
            ),
            (
                ["G": ["type": "SGD", "lr": 1], "Dd": ["type": "SGD", "lr": 1]],
                "optimizer.Dd: the model has no part of that name; did you mean D?"
            ),
            (
                ["generator": ["type": "SGD", "lr": 1]],
                "optimizer.generator: the model has no part of that name; known: G, D"
            ),
            (
                ["G": ["type": "SGD", "lrr": 1]],
                "optimizer.G.lrr: unknown key; did you mean lr?"
            ),
            (
                ["type": "AdamW", "paramwise_cfg": ["bias_lr_mult": 2]],
                "optimizer.paramwise_cfg: the optimizer has no lr to multiply for G.bias; set optimizer.lr"
            ),
            (
                ["type": "SGD", "lr": 1, "paramwise_cfg": ["bias_lr_mul": 2]],
                "optimizer.paramwise_cfg.bias_lr_mul: unknown key; did you mean bias_lr_mult?"
            ),
        ]
        for (config, expected) in cases { #expect(try message(config) == expected) }
    }

    @Test("what MMCV and PyTorch take without effect is said once")
    func warnings() throws {
        var warnings: [String] = []
        _ = try buildOptimizer(
            Pair(),
            [
                "type": "Adam", "lr": 1, "weight_decay": 1, "foreach": true, "fused": true,
                "capturable": false,
                "paramwise_cfg": [
                    "flat_decay_mult": 0,
                    "custom_keys": ["G": ["lr_mult": 2, "momentum": 0.5], "H": ["lr_mult": 2]],
                ],
            ]
        ) { warnings.append($0) }
        #expect(
            warnings == [
                "optimizer.paramwise_cfg.custom_keys.G.momentum: unknown key, ignored as MMCV ignores it; known: lr_mult, decay_mult",
                "optimizer.paramwise_cfg.flat_decay_mult: unknown key, ignored as MMCV ignores it; known: bias_decay_mult, bias_lr_mult, bypass_duplicate, custom_keys, dcn_offset_lr_mult, dwconv_decay_mult, norm_decay_mult",
                "optimizer.paramwise_cfg.custom_keys.H: no parameter of the model has this in its name, it changes nothing",
                "optimizer: foreach, fused: chosen among PyTorch's implementations of the same step, without meaning here",
            ])
    }

    @Test("a parameter that two modules share is one parameter")
    func shared() throws {
        let optimizer = try buildOptimizer(Pair(sharing: true), ["type": "SGD", "lr": 1])
        #expect(optimizer.groups.map(\.parameters.count) == [2])
    }

    @Test("parts get optimizers of their own")
    func parts() throws {
        let set = try buildOptimizers(
            Pair(),
            [
                "G": ["type": "Adam", "lr": 0.1],
                "D": ["type": "SGD", "lr": 0.2, "paramwise_cfg": ["bias_lr_mult": 3]],
            ])
        #expect(set.entries.map(\.name) == ["G", "D"])
        #expect(set.entries.map { $0.wrapper.optimizer.typeName } == ["Adam", "SGD"])
        #expect(set["D"]?.optimizer.groups.map(\.learningRate) == [0.2, 0.2 * 3])
        #expect(set.single == nil)
    }
}
