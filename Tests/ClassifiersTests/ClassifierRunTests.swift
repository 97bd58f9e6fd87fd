import Classifiers
import ConfigCore
import NeuralNet
import TensorCore
import Testing
import TrainingInterfaces

@Suite("recorded classifiers") struct ClassifierRunTests {
    @Test(
        "start from the same weights and compute the same step",
        arguments: [
            "cifar18", "caffe_bottleneck", "deep_stem", "dilated_grey", "frozen", "norm_eval",
            "initialised",
        ])
    func run(_ name: String) throws {
        let runs = try part(fixture("classifier_runs"), "cases").list
        let run = try #require(runs?.first { $0["name"]?.string == name })
        let bench = try Workbench(seed: UInt64(try part(run, "seed").int ?? 0))
        let model = try bench.model(part(run, "model"))
        try (model as? any WeightInitializing)?.initializeWeights(bench.generator)
        let parameters = model.namedParameters()
        let initial = try part(run, "initial").mapping ?? ConfigMapping()
        #expect(
            mismatches(
                parameters.map { ($0.name, $0.parameter.value) }, initial, tolerance: 1e-6) == [])

        let shape = try part(run, "shape").numbers.map { Int($0) }
        let labels = (0..<shape[0]).map { Int64($0 * 3 % 10) }
        let batch = Batch.images(.pattern(shape), labels: labels)
        let scores = try model.predict(batch, bench.forward(.evaluation)).floats
        let recorded = try part(run, "scores").numbers
        #expect(scores.count == recorded.count)
        #expect(zip(scores, recorded).allSatisfy { abs(Double($0) - $1) < 1e-5 })

        let tape = Tape()
        let output = try model.validationStep(batch, bench.forward(.training, tape))
        #expect(output.sampleCount == shape[0])
        let logged = try part(run, "log_vars").list ?? []
        #expect(output.logVariables.map(\.name) == logged.compactMap { $0[0]?.string })
        let values = logged.compactMap { $0[1]?.double }
        #expect(zip(output.logVariables, values).allSatisfy { abs($0.value - $1) < 1e-5 })

        try tape.backward(from: try #require(output.loss))
        let gradients = parameters.compactMap { name, parameter in
            parameter.gradient.map { (name, $0) }
        }
        let expected = try part(run, "gradients").mapping ?? ConfigMapping()
        #expect(mismatches(gradients, expected, tolerance: 1e-3) == [])
        let state = try model.stateDictionary()
        let after = try part(run, "after").mapping ?? ConfigMapping()
        let running = try after.keys.compactMap { name in
            try state[name].map { (name, try bench.device.tensor($0)) }
        }
        #expect(mismatches(running, after, tolerance: 1e-4) == [])
    }

    /// Compares sum, absolute sum and first value of tensors with recorded ones.
    private func mismatches(
        _ tensors: [(String, Tensor)], _ recorded: ConfigMapping, tolerance: Double
    ) -> [String] {
        let names = Set(tensors.map(\.0)).symmetricDifference(recorded.keys)
        guard names.isEmpty else { return ["only on one side: \(names.sorted())"] }
        return tensors.compactMap { name, tensor in
            guard let values = try? tensor.plainValues().map(Double.init),
                let expected = recorded[name]?.numbers, expected.count == 3
            else { return "\(name): unreadable" }
            let total = values.reduce(0) { $0 + abs($1) }
            let actual = [values.reduce(0, +), total, values[0]]
            let scale = max(expected[1], 1e-3) * tolerance
            let limits = [
                scale, scale, max(abs(expected[2]) * tolerance, scale / Double(values.count)),
            ]
            let fits = zip(zip(actual, expected), limits).allSatisfy { abs($0.0 - $0.1) <= $1 }
            return fits ? nil : "\(name): \(actual) instead of \(expected)"
        }
    }
}
