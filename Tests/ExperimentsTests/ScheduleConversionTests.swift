import ConfigCore
import Experiments
import Foundation
import MMRunner
import Testing
import WorkflowRunner

/// Numbers that look random and are the same in every run.
private struct Draws {
    private var state: UInt64

    init(_ seed: Int) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 11) / Double(1 << 53)
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() * Double(range.count))
    }

    mutating func number(_ range: ClosedRange<Double>) -> Double {
        range.lowerBound + next() * (range.upperBound - range.lowerBound)
    }

    mutating func choice<T>(_ values: [T]) -> T { values[number(0...values.count - 1)] }
}

/// A run and its `lr_config`, drawn at random among those that a chain of schedulers can express.
private struct DrawnSchedule {
    let epochs: Int
    let length: Int
    let rate: Double
    let config: ConfigNode

    init(policy: String, seed: Int) throws {
        var draws = Draws(seed)
        epochs = draws.number(4...40)
        length = draws.number(3...60)
        rate = draws.number(0.001...2)
        let byIteration = ["cyclic", "OneCycle"].contains(policy)
        let byEpoch = !byIteration && draws.next() < 0.6
        let total = byEpoch ? epochs : epochs * length
        var text = "lr_config = dict(policy='\(policy)'"
        if !byEpoch { text += ", by_epoch=False" }
        var warmups = ["linear", "constant", "exp", nil]
        var endsAtZero = draws.next() < 0.5
        switch policy {
        case "step":
            let steps = Set((0..<3).map { _ in draws.number(1...max(2, total)) }).sorted()
            text += ", step=\(steps), gamma=\(draws.number(0.1...0.9))"
            if draws.next() < 0.3 {
                text += ", min_lr=\(rate * draws.number(0.2...0.9))"
                // A floor is a share of the rate once more, so it must be that of every iteration.
            }
        case "exp": text += ", gamma=\(draws.number(0.9...0.999))"
        case "poly": text += ", power=\(draws.number(0.5...2))"
        case "CosineRestart":
            let first = total / 2
            endsAtZero = true
            text += ", periods=[\(first), \(total - first)], restart_weights=[1, 0.5]"
            warmups = [nil]
        case "CosineAnnealingCooldown":
            text += ", cool_down_time=\(draws.number(1...max(1, total / 3))), cool_down_ratio=0.2"
        case "cyclic":
            text += ", target_ratio=(\(draws.number(2...9)), \(draws.number(0.01...0.5)))"
            text += ", cyclic_times=\(draws.number(1...3)), step_ratio_up=0.3"
            text += ", gamma=\(draws.choice([1.0, 0.8]))"
            warmups = [nil]
        case "OneCycle":
            text += ", max_lr=\(rate * 3), pct_start=0.4"
            text += ", anneal_strategy='\(draws.choice(["cos", "linear"]))'"
            warmups = [nil]
        default: break
        }
        let warmup = draws.choice(warmups)
        let annealed = policy.contains("Annealing") || policy == "CosineRestart"
        if annealed {
            let isLine = policy == "LinearAnnealing"
            let share = endsAtZero || (warmup != nil && !isLine) ? 0 : draws.number(0.01...0.5)
            text +=
                draws.next() < 0.5 ? ", min_lr=\(rate * share)" : ", min_lr_ratio=\(share)"
        }
        if let warmup {
            let inEpochs = draws.next() < 0.3
            text += ", warmup='\(warmup)', warmup_ratio=\(draws.number(0.05...0.5))"
            text += ", warmup_iters=\(draws.number(1...(inEpochs ? 3 : 2 * length)))"
            if inEpochs { text += ", warmup_by_epoch=True" }
        }
        config = try ConversionFixture.config(
            """
            runner = dict(type='EpochBasedRunner', max_epochs=\(epochs))
            optimizer = dict(type='SGD', lr=\(rate))
            \(text))
            """)
    }

    /// The rate of every iteration as the legacy style's hook sets it.
    func wanted() throws -> [Double] {
        let registries = Registries.standard()
        let node = try #require(config["lr_config"])
        let hook = try #require(
            try LearningRateHook.hook(node, runnerCountsEpochs: true, registries.context()))
        let curve = try #require(
            try hook.curve(
                from: rate, of: "", among: [""], count: hook.byEpoch ? epochs : epochs * length,
                runnerCountsEpochs: true))
        let warmup = curve.warmup.map { warmup in
            switch warmup.length {
            case .iterations(let count): (warmup, count)
            case .epochs(let count): (warmup, count * length)
            }
        }
        return try (0..<epochs * length).map { iteration in
            let value = try curve.value(at: curve.byEpoch ? iteration / length : iteration)
            guard let (warmup, count) = warmup, iteration < count else { return value }
            return value * warmup.factor(iteration: iteration, count: count)
        }
    }

    /// The rate of every iteration as a chain of schedulers makes it.
    func got(_ nodes: [ConfigNode]) throws -> [Double] {
        let chain = try SchedulerChain(
            nodes, base: rate, epochLength: length, maximum: (epochs, epochs * length))
        return try (0..<epochs * length).map { iteration in
            let value = chain.value
            try chain.stepIteration()
            if (iteration + 1) % length == 0 { try chain.stepEpoch() }
            return value
        }
    }
}

@Suite("schedules in both styles") struct ScheduleConversionTests {
    private static let policies = [
        "fixed", "step", "exp", "poly", "CosineAnnealing", "FlatCosineAnnealing", "LinearAnnealing",
        "CosineRestart", "CosineAnnealingCooldown", "cyclic", "OneCycle",
    ]

    @Test("the same rate in every iteration, there and back", arguments: policies)
    func exact(policy: String) throws {
        for seed in 0..<30 {
            let drawn = try DrawnSchedule(policy: policy, seed: seed)
            let options = StyleConversion.Options(epochLength: drawn.length)
            let new = try StyleConversion(drawn.config, to: .new, options, .standard()).config
            let chain = new["param_scheduler"]?.list ?? []
            expectEqual(try drawn.got(chain), try drawn.wanted(), drawn, "seed \(seed)")
            let back = try StyleConversion(new, to: .legacy, options, .standard()).config
            let again = try StyleConversion(back, to: .new, options, .standard()).config
            let second = again["param_scheduler"]?.list ?? []
            expectEqual(try drawn.got(second), try drawn.wanted(), drawn, "back, seed \(seed)")
        }
    }

    /// Values within 1e-12 of each other; near zero, of the rate they fell from.
    private func expectEqual(
        _ got: [Double], _ wanted: [Double], _ drawn: DrawnSchedule, _ comment: String
    ) {
        let far = zip(got, wanted).enumerated().first { _, pair in
            let difference = abs(pair.0 - pair.1)
            return !(difference <= 1e-12 * abs(pair.1) || difference <= 4e-16 * drawn.rate)
        }
        let text = drawn.config["lr_config"].map { ConfigWriter.line($0, as: .python) } ?? ""
        #expect(far == nil, "\(comment): \(text)")
    }

    @Test("MMEngine's own values")
    func recorded() throws {
        // Computed by mmengine 0.10.7: SGD with lr=0.1, 4 epochs of 5 iterations.
        let cases: [(String, [Double])] = Self.recordedValues
        for (text, values) in cases {
            let nodes = try Config.parse(text: "c = [\(text)]", name: "c.py", ending: ".py")["c"]
            let chain = try SchedulerChain(
                nodes?.list ?? [], base: 0.1, epochLength: 5, maximum: (4, 20))
            var got: [Double] = []
            for iteration in 0..<20 {
                got.append(chain.value)
                try chain.stepIteration()
                if (iteration + 1) % 5 == 0 { try chain.stepEpoch() }
            }
            let far = zip(got, values).contains { abs($0 - $1) > 1e-13 * abs($1) + 1e-18 }
            #expect(got.count == values.count && !far, "\(text): \(got)")
        }
    }

    @Test(
        "V16: LinearLR ends one iteration after the warmup; the documented cosine is another curve")
    func v16_warmupEndsOneLater() throws {
        let config = try ConversionFixture.new(
            """
            lr_config = dict(policy='CosineAnnealing', min_lr=0, warmup='linear', warmup_iters=20)
            """
        ).config
        #expect(
            config["param_scheduler"].map { ConfigWriter.line($0, as: .python) }
                == "[dict(type=\"LinearLR\", start_factor=0.1, by_epoch=False, begin=0, end=21), dict(type=\"CosineAnnealingLR\", by_epoch=True, T_max=100, eta_min=0, begin=0, end=100)]"
        )
    }

    @Test("policies without a counterpart are refused with what the nearest is off by")
    func nearest() throws {
        let change = "lr_config = dict(policy='inv', gamma=0.1)"
        var message = ""
        do { _ = try ConversionFixture.new(change) } catch let error as ConfigError {
            message = error.issues.first?.problem ?? ""
        }
        #expect(
            message.hasPrefix(
                "the other style cannot express it; the nearest is off by up to 4 % (iteration 3001: 0.08 instead of "
            ),
            "\(message)")
        let nearest = try ConversionFixture.new(
            change, options: StyleConversion.Options(allowsApproximate: true))
        #expect(nearest.config["param_scheduler"]?.list?.count == 20)
    }

    @Test("momentum goes along")
    func momentum() throws {
        let config = try ConversionFixture.new(
            """
            momentum_config = dict(policy='CosineAnnealing', min_momentum=0.5)
            """
        ).config
        #expect(
            config.at(path: "param_scheduler.1").map { ConfigWriter.line($0, as: .python) }
                == "dict(type=\"CosineAnnealingMomentum\", by_epoch=True, T_max=100, eta_min=0.5, begin=0, end=100)"
        )
        let back = try StyleConversion(config, to: .legacy, .init(), .standard()).config
        #expect(
            back["momentum_config"].map { ConfigWriter.line($0, as: .python) }
                == "dict(policy=\"CosineAnnealing\", min_momentum=0.5)")
    }
}
