internal import ConfigCore
internal import ImageData
internal import TensorCore
internal import TrainingInterfaces

/// Results of image transforms, with the random numbers given.
struct PipelineNumeric: CaseFamily {
    let name = "pipeline_numeric"

    func recognizes(_ item: OracleCase) -> Bool { item.input["pipeline"] != nil }

    func run(_ item: OracleCase, _ context: CaseContext) throws {
        let steps = try item.input.field("pipeline").elements()
        let transforms = try steps.enumerated().map { place, step in
            try transform(
                step, at: "pipeline[\(place)]",
                isUnknown: item.expected["error"]?["type"]?.string == "KeyError")
        }
        guard let pixels = try item.input.given("image")?.array() else { return }
        var sample = Sample()
        sample["img"] = .array(pixels)
        sample["img_shape"] = .tuple(pixels.shape.map(DataValue.int))
        var draws = Draws(item.input["draws"] ?? [:])
        for transform in transforms { try apply(transform, to: &sample, &draws) }
        try compare(sample, item.expected)
    }

    private func transform(_ config: ConfigNode, at path: String, isUnknown: Bool) throws
        -> any Transform
    {
        // A name that nobody knows must be refused; one that only we lack is another matter.
        if let type = config["type"]?.string, !standardTransforms.names.contains(type), !isUnknown {
            throw UnknownOperation(type)
        }
        return try standardTransforms.build(config, at: path, BuildContext())
    }

    /// Applies a transform; one that draws gets the recorded numbers instead.
    private func apply(_ transform: any Transform, to sample: inout Sample, _ draws: inout Draws)
        throws
    {
        var unused = KeyedRandom(seed: 0).stream()
        switch transform {
        case let crop as RandomCrop:
            guard let image = sample.image else { throw MalformedCase("there is no image") }
            guard let box = try draws.numbers("crop_params")?.map({ Int($0) }), box.count == 4
            else { throw MalformedCase("crop_params is missing") }
            sample.image = crop.crop(try crop.prepared(image), top: box[0], left: box[1])
        case let flip as RandomFlip:
            try flip.apply(to: &sample, drawn: draws.next("np_rand") ?? 0.5)
        case let transform where transform.isRandom:
            throw UnknownOperation("\(type(of: transform)) with given random numbers")
        default:
            try transform.apply(to: &sample, random: &unused)
        }
    }

    private func compare(_ sample: Sample, _ expected: ConfigNode) throws {
        var differences = Differences()
        if let recorded = expected.given("image") {
            guard case .array(let image) = sample["img"] else {
                throw Mismatch(differences: ["image: expected an image, got none"])
            }
            let array = try recorded.array()
            differences.compare("image shape", expected: array.shape, actual: image.shape)
            differences.compare(
                "image", expected: array.floats.map(Double.init),
                actual: image.floats.map(Double.init), within: 0)
        }
        if let shape = try expected.given("img_shape")?.integers() {
            differences.compare(
                "img_shape", expected: DataValue.tuple(shape.map(DataValue.int)),
                actual: sample["img_shape"] ?? .none)
        }
        if let flip = try expected.given("flip")?.flag() {
            differences.compare("flip", expected: .bool(flip), actual: sample["flip"] ?? .none)
        }
        if let direction = try expected.given("flip_direction")?.text() {
            differences.compare(
                "flip_direction", expected: .string(direction),
                actual: sample["flip_direction"] ?? .none)
        }
        try differences.finish()
    }
}

/// Recorded random numbers, used up in order.
private struct Draws {
    private let recorded: ConfigNode
    private var used: [String: Int] = [:]

    init(_ recorded: ConfigNode) { self.recorded = recorded }

    /// All numbers of a kind at once.
    func numbers(_ kind: String) throws -> [Double]? { try recorded.given(kind)?.numbers() }

    /// The next number of a kind; nil where none was recorded.
    mutating func next(_ kind: String) throws -> Double? {
        guard let numbers = try numbers(kind) else { return nil }
        let place = used[kind, default: 0]
        used[kind] = place + 1
        guard numbers.indices.contains(place) else { throw MalformedCase("\(kind) ran out") }
        return numbers[place]
    }
}
