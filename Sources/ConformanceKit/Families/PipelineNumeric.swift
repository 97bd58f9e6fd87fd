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
        var draws = try Draws(item.input["draws"] ?? [:])
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
        switch transform {
        case let crop as RandomCrop:
            guard let image = sample.image else { throw MalformedCase("there is no image") }
            guard let box = try draws.box() else { break }
            sample.image = crop.crop(try crop.prepared(image), top: box[0], left: box[1])
            return
        case let crop as RandomResizedCrop:
            guard let box = try draws.box() else { break }
            try crop.apply(
                to: &sample, top: box[0], left: box[1], height: box[2] - box[0] + 1,
                width: box[3] - box[1] + 1)
            return
        default: break
        }
        var stream = RandomStream(replaying: draws.numbers(for: transform))
        try transform.apply(to: &sample, random: &stream)
        draws.keep(stream.unusedDraws, of: transform)
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
    private let crops: ConfigNode?
    /// What numpy drew.
    private var numpy = RecordedDraws()
    /// What Python's own generator drew.
    private var python = RecordedDraws()

    init(_ recorded: ConfigNode) throws {
        crops = recorded.given("crop_params")
        func numbers(_ kind: String) throws -> ArraySlice<Double> {
            try recorded.given(kind)?.flatNumbers()[...] ?? []
        }
        numpy.uniform = try numbers("np_rand")
        numpy.ranged = try numbers("np_uniform")
        numpy.normal = try numbers("np_normal")
        numpy.integers = try numbers("np_randint").map { Int($0) }[...]
        python.ranged = try numbers("uniform")
        let order = try recorded.given("shuffle")?.integers()
        python.orders = order.map { [$0] } ?? []
    }

    /// The one box that a cropping transform drew.
    func box() throws -> [Int]? {
        guard let box = try crops?.integers() else { return nil }
        guard box.count == 4 else { throw MalformedCase("crop_params has not 4 numbers") }
        return box
    }

    /// What a transform draws from, in the recording's terms.
    func numbers(for transform: any Transform) -> RecordedDraws {
        var result = numpy
        // Where nothing was recorded, the recording's generators gave these.
        let constant = transform is RandomGrayscale ? 0.0 : 0.5
        result.uniform = (transform is RandomGrayscale ? [] : numpy.uniform)
        result.uniform += Array(repeating: constant, count: 64)
        if transform is ColorJitter {
            (result.ranged, result.orders) = (python.ranged, python.orders)
        }
        return result
    }

    /// Takes back what a transform left over.
    mutating func keep(_ left: RecordedDraws, of transform: any Transform) {
        if transform is ColorJitter {
            (python.ranged, python.orders) = (left.ranged, left.orders)
        } else {
            numpy.ranged = left.ranged
        }
        if !(transform is RandomGrayscale) { numpy.uniform = left.uniform.dropLast(64) }
        (numpy.normal, numpy.integers) = (left.normal, left.integers)
    }
}
