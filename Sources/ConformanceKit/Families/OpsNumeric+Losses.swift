internal import Classifiers
internal import ConfigCore
internal import NeuralNet
internal import TensorCore

extension OpsNumeric {
    static func crossEntropy(_ operands: Operands) throws -> Results {
        let arguments = operands.arguments
        let call = arguments["call"] ?? [:]
        try call.expectKeys("avg_factor", of: "CrossEntropyLoss")
        let loss = try (arguments["init"] ?? [:]).decode(at: "args.init") {
            try CrossEntropyLoss(from: &$0)
        }
        let scores = try operands.variable("score")
        let result = try loss(
            scores, targets(operands.input.field("label").array()),
            sampleWeight: operands.input.given("sample_weight")?.array().floats,
            averageFactor: call.given("avg_factor")?.number(), operands.context())
        return try lossResults(operands, loss: result, scores: scores)
    }

    static func labelSmoothing(_ operands: Operands) throws -> Results {
        let arguments = operands.arguments
        let call = arguments["call"] ?? [:]
        try call.expectKeys("avg_factor", of: "LabelSmoothLoss")
        let loss = try (arguments["init"] ?? [:]).decode(at: "args.init") {
            try LabelSmoothLoss(from: &$0, BuildContext())
        }
        let scores = try operands.variable("score")
        let result = try loss(
            scores, targets(operands.input.field("label").array()),
            sampleWeight: operands.input.given("sample_weight")?.array().floats,
            averageFactor: call.given("avg_factor")?.number(), operands.context())
        return try lossResults(operands, loss: result, scores: scores)
    }

    /// One label a sample, or a row of shares of all classes.
    private static func targets(_ label: PlainTensor) -> ClassTargets {
        if let labels = label.integers, label.shape.count == 1 { return .labels(labels) }
        return .shares(label)
    }

    /// The loss, and the gradient of its sum by the scores.
    private static func lossResults(_ operands: Operands, loss: Variable, scores: Variable) throws
        -> Results
    {
        var results = ["loss": try loss.value.plainTensor()]
        try operands.tape.backward(from: loss)
        results["dscore"] = try operands.tape.gradient(of: scores)?.plainTensor()
        return results
    }
}
