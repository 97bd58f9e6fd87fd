import ArgumentParser
import Experiments

/// How a run trains, for every subcommand that trains.
struct TrainingFlags: ParsableArguments {
    @Flag(help: "Computes in bfloat16 with a scaled loss; for new-style configs.")
    var amp = false
    @Flag(help: "Scales the rate from auto_scale_lr.base_batch_size to the batch size.")
    var autoScaleLr = false
    @Flag(help: "Accepted: threads read data, no memory is pinned.")
    var noPinMemory = false
    @Flag(help: "Accepted: threads read data, no worker processes live on.")
    var noPersistentWorkers = false
    @Flag(help: "Leaves out the evaluation during training.")
    var noValidate = false
    @Flag(help: "Accepted; runs always repeat bit for bit with one seed and thread count.")
    var deterministic = false

    /// The flags given that change nothing here, and say so once.
    var withoutEffect: [String] {
        [("--no-pin-memory", noPinMemory), ("--no-persistent-workers", noPersistentWorkers)]
            .filter(\.1).map(\.0)
    }

    /// Takes over what the flags ask for.
    func apply(to options: inout TrainingOptions) {
        options.evaluates = !noValidate
        options.isMixedPrecision = amp
        options.scalesRate = autoScaleLr
    }
}
