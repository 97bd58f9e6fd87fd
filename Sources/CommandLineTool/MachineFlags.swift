import ArgumentParser

/// The original's flags for machines and processes: taken where one process on a CPU gives the same
/// result, refused where it would not.
struct MachineFlags: ParsableArguments {
    @Option(help: "The device; cpu is the only one.")
    var device = "cpu"
    @Option(help: "Accepted: no GPU is used.")
    var gpuId: Int?
    @Option(help: "Accepted for one GPU, which is not used.")
    var gpus: Int?
    @Option(parsing: .upToNextOption, help: "Accepted for one GPU, which is not used.")
    var gpuIds: [Int] = []
    @Option(help: "Accepted for one replica.")
    var ipuReplicas: Int?
    @Option(help: "The launcher; none is the only one.")
    var launcher = "none"
    @Option(
        name: [.customLong("local_rank"), .customLong("local-rank")],
        help: "Accepted for the first process.")
    var localRank: Int?

    func validate() throws {
        if device != "cpu" {
            throw ValidationError("--device: \"\(device)\" is not available; use cpu")
        }
        if launcher != "none" {
            throw ValidationError(
                "--launcher: \"\(launcher)\" is not available, one process does the work; use none")
        }
        try refuse("--gpus", gpus, above: 1, "GPUs share the batches")
        try refuse("--gpu-ids", gpuIds.count, above: 1, "GPUs share the batches")
        try refuse("--ipu-replicas", ipuReplicas, above: 1, "replicas share the batches")
        if let localRank, localRank != 0 {
            throw ValidationError(
                "--local_rank: \(localRank) is one of several processes, here one does the work; "
                    + "use 0")
        }
    }

    private func refuse(_ flag: String, _ count: Int?, above limit: Int, _ reason: String) throws {
        guard let count, count > limit else { return }
        throw ValidationError(
            "\(flag): with \(count) of them \(reason), which gives other results than one CPU; "
                + "leave it out and set data.samples_per_gpu to the batch of all of them")
    }

    /// The flags that were given and do nothing here.
    var withoutEffect: [String] {
        var flags: [String] = []
        if gpuId != nil { flags.append("--gpu-id") }
        if gpus != nil { flags.append("--gpus") }
        if !gpuIds.isEmpty { flags.append("--gpu-ids") }
        if ipuReplicas != nil { flags.append("--ipu-replicas") }
        if localRank != nil { flags.append("--local_rank") }
        return flags
    }

    /// One line for the log about flags that do nothing here.
    static func note(_ flags: [String]) -> String? {
        guard !flags.isEmpty else { return nil }
        return "without effect, one process runs on the CPU: \(flags.joined(separator: ", "))"
    }
}
