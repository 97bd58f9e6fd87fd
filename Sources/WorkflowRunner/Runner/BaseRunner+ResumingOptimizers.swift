import Logging
import NeuralNet
import TorchFile

extension BaseRunner {
    /// Gives the optimizers the state of a checkpoint, and the settings that the config has changed since.
    func resumeOptimizers(
        _ checkpoint: inout Checkpoint, _ path: String, _ changedOptions: Set<String>?
    ) throws {
        guard let optimizer else { return }
        guard let saved = checkpoint.optimizer else {
            logger.warning("\(path): it holds no optimizer state; the optimizer starts afresh")
            return
        }
        checkpoint.optimizer = nil
        let groups = optimizer.entries.flatMap(\.wrapper.optimizer.groups)
        let configured = groups.map { Dictionary(uniqueKeysWithValues: $0.optionEntries) }
        do {
            try CheckpointFormat.load(saved, into: optimizer)
        } catch {
            throw CheckpointError(
                file: path, path: "optimizer",
                problem: (error as? RunnerError)?.problem ?? "\(error)",
                remedy: "resume with the optimizer the checkpoint was trained with", cause: error)
        }
        guard let changedOptions else { return noticeOtherRates(groups, configured) }
        for (group, configured) in zip(groups, configured) {
            for name in changedOptions.sorted() {
                group.use(name, of: configured, isScheduled: isScheduled(name))
            }
        }
    }

    private func isScheduled(_ option: String) -> Bool {
        option == "lr"
            ? hooks.contains { $0 is LearningRateHook } : hooks.contains { $0 is MomentumHook }
    }

    /// A learning rate that was changed since counts from now on.
    private func noticeOtherRates(
        _ groups: [ParameterGroup], _ configured: [[String: OptionValue]]
    ) {
        // A schedule starts from the config by itself, and says so.
        guard !isScheduled("lr") else { return }
        var told: Set<[Double]> = []
        for (group, options) in zip(groups, configured) {
            let saved = group.initialLearningRate ?? group.learningRate
            let rate = (options["initial_lr"] ?? options["lr"])?.number ?? saved
            guard saved != rate else { continue }
            group.use("lr", of: options, isScheduled: false)
            // Parameter-wise rules make many groups of one rate.
            guard told.insert([saved, rate]).inserted else { continue }
            logger.warning(
                "the checkpoint was trained with lr \(PythonText.number(saved)), the config says \(PythonText.number(rate)): the config counts"
            )
        }
    }
}

extension ParameterGroup {
    /// Takes a setting as configured; where a schedule moves it, as the value the schedule starts from.
    fileprivate func use(
        _ name: String, of configured: [String: OptionValue], isScheduled: Bool
    ) {
        if name == "betas", case .pair(let first, let second) = configured[name] {
            // Only the first beta is scheduled.
            if self["initial_momentum"] != nil {
                self["initial_momentum"] = configured["initial_momentum"] ?? .double(first)
            }
            self[name] = .pair(isScheduled ? momentum ?? first : first, second)
            return
        }
        let start = "initial_\(name)"
        guard let value = configured[start] ?? configured[name] else { return }
        if self[start] != nil { self[start] = value }
        if !isScheduled || self[start] == nil { self[name] = value }
    }
}
