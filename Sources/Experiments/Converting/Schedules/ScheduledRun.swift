import ConfigCore
import Foundation
import WorkflowRunner

/// What a schedule moves.
enum ScheduledKind {
    case rate, momentum

    /// The legacy style's key.
    var legacyKey: String { self == .rate ? "lr_config" : "momentum_config" }
    /// The end of the schedulers' names.
    var suffix: String { self == .rate ? "LR" : "Momentum" }
    /// Its word in the keys of policies.
    var word: String { self == .rate ? "lr" : "momentum" }
    /// The factor of the policy `step` where none is given.
    var stepFactor: Double { self == .rate ? 0.1 : 0.5 }
}

/// The values that one base takes over a run, by iteration.
struct RateCurve {
    let base: Double
    let values: [Double]
}

/// Where two schedules differ most.
struct ScheduleDeviation {
    /// The share of the legacy value.
    let share: Double
    let iteration: Int
    let wanted: Double
    let got: Double
    /// Whether an epoch's length had to be supposed.
    let supposes: Int?

    /// In words.
    var text: String {
        let length = supposes.map { ", with \($0) iterations an epoch" } ?? ""
        let percent = ScheduledRun.number(share * 100)
        return "off by up to \(percent) % (iteration \(iteration + 1): \(got) instead of "
            + "\(wanted)\(length))"
    }
}

/// A run whose schedules are converted: how long it is and where values start.
struct ScheduledRun {
    /// How long the run is.
    struct Maximum {
        /// Epochs; nil where iterations are counted.
        let epochs: Int?
        /// Iterations, where those are counted.
        let counted: Int

        func iterations(_ epochLength: Int) -> Int { epochs.map { $0 * epochLength } ?? counted }
    }

    let maximum: Maximum
    /// The iterations of an epoch, where they are known.
    let epochLength: Int?
    private var optimizer: ConfigNode?
    private let allowsApproximate: Bool
    /// The length that is supposed where none is known.
    static let supposedLength = 1000
    /// Relative differences up to this are rounding.
    static let tolerance = 1e-12

    init(_ experiment: Experiment, _ options: StyleConversion.Options, _ registries: Registries) {
        let length =
            options.epochLength
            ?? (experiment.runner.byEpoch
                ? RateCalendar.batchesPerEpoch(experiment, registries) : nil)
        self.init(
            Maximum(
                epochs: experiment.runner.byEpoch ? experiment.runner.maximum : nil,
                counted: experiment.runner.maximum),
            optimizer: experiment.optimizer, epochLength: length, options)
    }

    init(
        _ maximum: Maximum, optimizer: ConfigNode?, epochLength: Int?,
        _ options: StyleConversion.Options
    ) {
        self.maximum = maximum
        self.optimizer = optimizer
        self.epochLength = epochLength
        allowsApproximate = options.allowsApproximate
    }

    /// The same run, as one of its several optimizers sees it.
    func stepping(_ optimizer: ConfigNode) -> ScheduledRun {
        var run = self
        run.optimizer = optimizer
        return run
    }

    /// The value that most parameters start from.
    func base(_ kind: ScheduledKind) -> Double {
        switch kind {
        case .rate: optimizer?["lr"]?.double ?? 0.001
        case .momentum:
            optimizer?["momentum"]?.double ?? optimizer?["betas"]?[0]?.double ?? 0.9
        }
    }

    /// The values that groups of parameters start from: parameter-wise rules multiply rates.
    func bases(_ kind: ScheduledKind) -> [Double] {
        let rules = optimizer?["paramwise_cfg"]?.unlessNull
        guard kind == .rate, let rules else { return [base(kind)] }
        let custom = (rules["custom_keys"]?.mapping ?? ConfigMapping()).map { $0.node["lr_mult"] }
        let factors = (custom + [rules["bias_lr_mult"], rules["dcn_offset_lr_mult"]])
            .compactMap { $0?.double }
        let distinct = Set(factors + [1]).subtracting([0]).sorted()
        return distinct.map { base(kind) * $0 }
    }

    /// The largest difference between two schedules; nil where it is rounding.
    func largestDeviation(
        _ wanted: (Int) throws -> [RateCurve], from got: (Int) throws -> [RateCurve]
    ) throws -> ScheduleDeviation? {
        let length = epochLength ?? Self.supposedLength
        var worst: ScheduleDeviation?
        for (wanted, got) in zip(try wanted(length), try got(length)) {
            for (place, (right, left)) in zip(wanted.values, got.values).enumerated() {
                let difference = abs(left - right)
                // Near zero what is left is the rounding of the base.
                guard !(difference <= Self.tolerance * abs(right)),
                    !(difference <= 4e-16 * abs(wanted.base))
                else { continue }
                let share = right == 0 ? .infinity : difference / abs(right)
                if share > worst?.share ?? 0 || share.isNaN {
                    worst = ScheduleDeviation(
                        share: share, iteration: place, wanted: right, got: left,
                        supposes: maximum.epochs != nil && epochLength == nil ? length : nil)
                }
            }
        }
        return worst
    }

    /// Refuses a schedule that is not the same, unless the nearest is good enough.
    func judge(_ deviation: ScheduleDeviation?, at node: ConfigNode, path: String) throws {
        guard let deviation, !allowsApproximate else { return }
        let length =
            deviation.supposes == nil
            ? "" : "--epoch-length with the iterations of an epoch may make it exact, or pass "
        throw ConfigError(
            at: node, path: path,
            problem: "the other style cannot express it; the nearest is \(deviation.text)",
            remedy: deviation.supposes == nil
                ? "pass --allow-approximate to take it" : length + "--allow-approximate")
    }

    /// What the report says of a schedule.
    func remark(_ deviation: ScheduleDeviation?) -> String {
        deviation.map { "approximate: \($0.text)" } ?? "the same values in every iteration"
    }

    static func number(_ value: Double) -> String { String(format: "%.3g", value) }
}
