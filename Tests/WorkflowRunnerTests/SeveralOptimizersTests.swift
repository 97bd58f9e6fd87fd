import ConfigCore
import NeuralNet
import Testing
import WorkflowRunner

@Suite("schedules of several optimizers follow MMCV's") struct SeveralOptimizersTests {
    @Test("recorded runs of dictionaries of optimizers, and MMClassification's cool-down")
    func recorded() throws {
        var failures: [String] = []
        for recorded in try recordedCases("schedules.json") {
            let name = recorded["name"] as? String ?? ""
            let (names, recorder) = try run(recorded)
            let rows = recorded["rows"] as? [[String: [String: [Double]]]] ?? []
            guard rows.count == recorder.rows.count, !rows.isEmpty else {
                failures.append("\(name): \(recorder.rows.count) rows")
                continue
            }
            for (place, (row, ours)) in zip(rows, recorder.rows).enumerated() {
                for (key, values) in [("lr", ours.rates), ("momentum", ours.momentums)] {
                    let expected = names.map { row[key]?[$0] ?? [] }
                    if !agree(expected, values) {
                        failures.append("\(name): \(key) of \(place): \(values), not \(expected)")
                    }
                }
            }
        }
        #expect(failures == [])
    }

    private func agree(_ expected: [[Double]], _ values: [[Double]]) -> Bool {
        expected.elementsEqual(values) { a, b in
            a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= 1e-9 * abs($0) }
        }
    }

    private func run(_ recorded: [String: Any]) throws -> ([String], ScheduleRecorder) {
        var toy = try Toy(hasOptimizer: false)
        let optimizers = recorded["optimizers"] as? [String: [String: Any]] ?? [:]
        let names = optimizers.keys.sorted()
        toy.defaults.optimizer = OptimizerSet(
            try names.map { name in
                (name, try OptimWrapper(optimizer(optimizers[name] ?? [:], toy)))
            })
        let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 4)
        try runner.registerTrainingHooks(
            lrConfig: recorded["lr_config"].map(configNode),
            momentumConfig: recorded["momentum_config"].map(configNode))
        let recorder = ScheduleRecorder()
        try runner.register(recorder)
        try runner.run([ToySource(3)], workflow: [("train", 1)])
        return (names, recorder)
    }

    private func optimizer(_ config: [String: Any], _ toy: Toy) throws -> Optimizer {
        let groups = (config["groups"] as? [[String: Any]] ?? []).map { options in
            ParameterGroup(
                [toy.model.weight],
                options: options.sorted { $0.key < $1.key }.map { name, value in
                    let pair = value as? [Double]
                    return (
                        name, pair.map { .pair($0[0], $0[1]) } ?? .double(value as? Double ?? .nan)
                    )
                })
        }
        return config["type"] as? String == "Adam" ? try Adam(groups) : try SGD(groups)
    }

    @Test("messages about numbers by optimizer")
    func messages() throws {
        let cases: [(maxima: ConfigNode, message: String?, warning: String?)] = [
            (
                ["generator": 0.3],
                "lr_config.max_lr: nothing is given for \"discriminator\"; name it", nil
            ),
            (
                ["generator": 0.3, "discriminater": 0.1],
                "lr_config.max_lr: nothing is given for \"discriminator\"; name it instead of \"discriminater\"",
                nil
            ),
            (
                ["generator": [0.3, 0.1], "discriminator": 0.1],
                "lr_config.max_lr: generator has 1 parameter groups, got 2 numbers", nil
            ),
            (
                ["generator": 0.3, "discriminator": [0.1], "critic": 0.1], nil,
                "lr_config.max_lr: the run has no optimizer \"critic\""
            ),
        ]
        for (maxima, message, warning) in cases {
            var toy = try Toy(hasOptimizer: false)
            toy.defaults.optimizer = OptimizerSet(
                try ["generator", "discriminator"].map { name in
                    (name, try OptimWrapper(SGD([ParameterGroup([toy.model.weight])])))
                })
            let runner = try EpochBasedRunner(toy.defaults, maxEpochs: 2)
            let config: ConfigNode = ["policy": "OneCycle"]
            try runner.registerTrainingHooks(lrConfig: config.setting("max_lr", to: maxima))
            var thrown: (any Error)?
            do {
                try runner.run([ToySource(3)], workflow: [("train", 1)])
            } catch {
                thrown = error
            }
            #expect(thrown.map { "\($0)" } == message)
            if let warning { #expect(toy.output.contents.contains("WARNING - \(warning)\n")) }
        }
    }
}
