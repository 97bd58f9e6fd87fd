import ConfigCore

extension ResNetOptions {
    /// Reads the keys of MMClassification's `ResNet` and its descendants.
    init(from reader: inout ConfigReader, variant: ResNet.Variant) throws {
        let depth: Int = try reader.required("depth")
        let isDeepOnly = [.grouped, .squeezing, .groupedSqueezing].contains(variant)
        guard let depth = ResNet.Depth(rawValue: depth), !isDeepOnly || depth.block == .bottleneck
        else {
            throw reader.failure(
                "depth", "",
                expected: isDeepOnly ? "50, 101 or 152" : "18, 34, 50, 101 or 152")
        }
        self.init(depth: depth)
        inChannels = try reader.positive("in_channels", default: inChannels)
        stemChannels = try reader.positive("stem_channels", default: stemChannels)
        baseChannels = try reader.positive("base_channels", default: baseChannels)
        try readExpansion(&reader)
        try readStages(&reader)
        style = try reader.choice("style", default: style, among: [.pytorch, .caffe])
        try readDeepStem(&reader, variant)
        try readAveragingDown(&reader, variant)
        try readBlocks(&reader, variant)
        try readFrozenStages(&reader)
        try reader.readPlainConvolution()
        norm = try reader.nested("norm_cfg") { try NormOptions(from: &$0) } ?? norm
        normEvaluates = try reader.value("norm_eval", default: normEvaluates)
        recomputes = try reader.value("with_cp", default: false)
        zeroInitializesResiduals = try reader.value(
            "zero_init_residual", default: zeroInitializesResiduals)
        initialization = try reader.value("init_cfg", default: initialization)
    }

    private mutating func readExpansion(_ reader: inout ConfigReader) throws {
        guard let given = try reader.optional("expansion", as: Int.self) else { return }
        guard given > 0 else {
            throw reader.failure("expansion", "", expected: "a positive integer")
        }
        if depth.block == .basic && given != 1 {
            throw reader.failure(
                "expansion", "",
                expected: "1 at depth \(depth.rawValue), whose blocks have no middle")
        }
        expansion = given
    }

    private mutating func readStages(_ reader: inout ConfigReader) throws {
        let count = try reader.positive("num_stages", default: 4)
        guard count <= 4 else { throw reader.failure("num_stages", "", expected: "1 to 4") }
        // The original insists on shorter lists beside a smaller num_stages; ours shrink with it.
        let strides = try reader.positiveList("strides") ?? Array([1, 2, 2, 2].prefix(count))
        let dilations = try reader.positiveList("dilations") ?? Array([1, 1, 1, 1].prefix(count))
        for (key, list) in [("strides", strides), ("dilations", dilations)]
        where list.count != count {
            throw reader.failure(
                key, "has \(list.count) entries, num_stages is \(count)",
                remedy: "give one number a stage")
        }
        stages = zip(strides, dilations).map { Stage(stride: $0, dilation: $1) }
        outIndices = try reader.value("out_indices", default: [count - 1])
        guard !outIndices.isEmpty, outIndices.allSatisfy({ (0..<count).contains($0) }) else {
            throw reader.failure("out_indices", "", expected: "stages from 0 to \(count - 1)")
        }
    }

    private mutating func readDeepStem(
        _ reader: inout ConfigReader, _ variant: ResNet.Variant
    ) throws {
        hasDeepStem = [.deepStem, .averagingDown].contains(variant)
        if hasDeepStem { return try refuse("deep_stem", &reader, variant) }
        hasDeepStem = try reader.value("deep_stem", default: false)
        guard hasDeepStem else { return }
        if variant == .cifar {
            throw reader.failure(
                "deep_stem", "ResNet_CIFAR has a stem of its own", remedy: "leave it out")
        }
        if stemChannels < 2 {
            throw reader.failure("stem_channels", "", expected: "at least 2 for a deep stem")
        }
    }

    private mutating func readAveragingDown(
        _ reader: inout ConfigReader, _ variant: ResNet.Variant
    ) throws {
        averagesDown = variant == .averagingDown
        if [.deepStem, .averagingDown].contains(variant) {
            return try refuse("avg_down", &reader, variant)
        }
        averagesDown = try reader.value("avg_down", default: averagesDown)
    }

    /// Refuses a key whose value the name of the network decides.
    private func refuse(
        _ key: String, _ reader: inout ConfigReader, _ variant: ResNet.Variant
    ) throws {
        guard reader.has(key) else { return }
        throw reader.failure(
            key, "\(variant.rawValue) decides it itself", remedy: "leave it out, or use ResNet")
    }

    private mutating func readBlocks(
        _ reader: inout ConfigReader, _ variant: ResNet.Variant
    ) throws {
        if [.grouped, .groupedSqueezing].contains(variant) {
            groups = try reader.positive("groups", default: 32)
            widthPerGroup = try reader.positive("width_per_group", default: widthPerGroup)
        }
        if [.squeezing, .groupedSqueezing].contains(variant) {
            squeezeRatio = try reader.positive("se_ratio", default: 16)
        }
        dropPathRate = try reader.value("drop_path_rate", default: 0.0)
        guard 0..<1 ~= dropPathRate else {
            throw reader.failure(
                "drop_path_rate", "", expected: "a share of at least 0 and below 1")
        }
        if dropPathRate > 0, squeezeRatio != nil {
            throw reader.failure(
                "drop_path_rate", "has no effect on the blocks of \(variant.rawValue)",
                remedy: "leave it out")
        }
    }

    private mutating func readFrozenStages(_ reader: inout ConfigReader) throws {
        frozenStages = try reader.value("frozen_stages", default: frozenStages)
        guard (-1...stages.count).contains(frozenStages) else {
            throw reader.failure(
                "frozen_stages", "", expected: "-1 (none) to \(stages.count)")
        }
    }
}
