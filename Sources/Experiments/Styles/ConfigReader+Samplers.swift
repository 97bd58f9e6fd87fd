import ConfigCore

extension ConfigReader {
    /// The last part of a sampler's type, without its scope.
    mutating func samplerType() throws -> (name: String, written: String) {
        let written: String = try required("type")
        return (String(written.split(separator: ".").last ?? ""), written)
    }

    /// Reads a sampler's `seed`.
    mutating func samplerSeed() throws -> UInt64? {
        try optional("seed", as: Int.self).map { UInt64(bitPattern: Int64($0)) }
    }

    /// Reads `num_repeats` of a `RepeatAugSampler`.
    mutating func repeats() throws -> Int {
        let times = try value("num_repeats", default: 3)
        guard times > 0 else { throw failure("num_repeats", "", expected: "at least 1") }
        return times
    }

    /// Reads a `ClassAwareSampler`, which both styles write alike.
    mutating func classAwareSampler() throws -> Experiment.Sampler {
        let count = try value("num_sample_class", default: 1)
        guard count > 0 else { throw failure("num_sample_class", "", expected: "at least 1") }
        return .classAware(try samplerSeed(), samplesPerClass: count)
    }
}
