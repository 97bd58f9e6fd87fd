import Classifiers
import NeuralNet
import TensorCore
import Testing

@Suite("gradients of residual blocks") struct GradientTests {
    enum Kind: String, CaseIterable { case basic, bottleneck }

    /// Tolerances fit single precision: sums of about 100 over a step of 0.004 err by about 3e-3.
    @Test("match central differences", arguments: Kind.allCases)
    func centralDifferences(_ kind: Kind) throws {
        let bench = try Workbench(seed: 3)
        var options = BlockOptions()
        options.stride = 2
        let stage = try ResidualStage(
            kind == .basic ? .basic : .bottleneck, count: 2, inChannels: 4, outChannels: 8,
            expansion: kind == .basic ? 1 : 2, options, device: bench.device,
            generator: bench.generator)
        let images = try bench.device.tensor(.pattern([2, 4, 6, 6]))
        let weights = PlainTensor.pattern([2, 8, 3, 3]).floats
        func forward(_ context: ForwardContext) throws -> (output: Variable, sum: Double) {
            let output = try stage(Variable(images), context)
            let values = try output.value.plainValues()
            return (output, zip(values, weights).reduce(0) { $0 + Double($1.0) * Double($1.1) })
        }

        let tape = Tape()
        let output = try forward(bench.forward(.evaluation, tape)).output
        try tape.backward(from: output, gradient: bench.device.tensor(weights, shape: output.shape))
        let here = try forward(bench.forward(.evaluation)).sum
        let step: Float = 4e-3
        var (smooth, kinks, worst) = (0, 0, 0.0)
        for (_, parameter) in stage.namedParameters() {
            let gradient = try #require(parameter.gradient).plainValues()
            let values = try parameter.value.plainValues()
            for place in Set([0, values.count / 3, values.count / 2, values.count - 1]) {
                func slope(movedBy step: Float) throws -> Double {
                    var moved = values
                    moved[place] += step
                    try parameter.assign(moved)
                    return (try forward(bench.forward(.evaluation)).sum - here) / Double(step)
                }
                let (left, right) = (try slope(movedBy: -step), try slope(movedBy: step))
                let scale = max(1, abs(left))
                // Between kinks of the rectifiers the output is linear in each single parameter.
                guard abs(left - right) < 1e-2 * scale else {
                    kinks += 1
                    continue
                }
                smooth += 1
                worst = max(worst, abs((left + right) / 2 - Double(gradient[place])) / scale)
            }
            try parameter.assign(values)
        }
        #expect(smooth > 2 * kinks)
        #expect(worst < 1e-2)
    }
}
