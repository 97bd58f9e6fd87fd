import Foundation
import MMRunner
import Testing

/// A model of points and labels whose input says which other parts a batch may have.
private final class PointModel<Input: PointInput>: BaseModel {
    private let linear: Linear
    var members: Members { ["linear": .module(linear)] }

    init(_ device: Device) throws {
        linear = try Linear(2, 2, device: device, generator: TorchGenerator(seed: 0))
    }

    func forward(_ input: Input, mode: ForwardMode, _ context: ForwardContext) throws
        -> ForwardResult
    {
        .tensor(try linear(Variable(context.device.tensor(input.points)), context))
    }
}

private protocol PointInput: BatchInput {
    var points: PlainTensor { get }
}

private struct StrictInput: PointInput {
    let points: PlainTensor

    init(_ parts: BatchParts) throws {
        points = try parts.array("points", 0)
        _ = try parts.value("labels", 1)
    }
}

private struct LenientInput: PointInput {
    static let takesAnyParts = true
    let points: PlainTensor

    init(_ parts: BatchParts) throws { points = try parts.array("points", 0) }
}

private struct PackedInput: PointInput {
    let points: PlainTensor

    init(_ parts: BatchParts) throws { points = try parts.array("inputs", 0) }
}

private struct WholePackedInput: PointInput {
    let points: PlainTensor

    init(_ parts: BatchParts) throws {
        points = try parts.array("inputs", 0)
        _ = try parts.value("data_samples", 1)
    }
}

/// As in Python, a part that forward does not name is an error.
@Suite("parts of batches") struct BatchPartsTests {
    private static let points = DataValue.array(PlainTensor([1, 2] as [Float], shape: [1, 2]))
    private static let label = DataValue.array(PlainTensor([1] as [Int64], shape: [1]))

    private static func fields(_ names: String...) -> DataValue {
        .dictionary(
            DataDictionary(
                names.map { ($0, ["points", "img"].contains($0) ? points : label) }))
    }

    private static func message<Input: PointInput>(
        _ input: Input.Type, _ value: DataValue, training: Bool = false
    ) throws -> String {
        let device = try Device(threads: 1)
        let model = try PointModel<Input>(device)
        let context = ForwardContext(
            mode: training ? .training : .evaluation, tape: nil, device: device,
            random: KeyedRandom(seed: 0))
        do {
            _ = try model.predict(Batch(value, sampleCount: 1), context)
            return "taken"
        } catch {
            return "\(error)".replacing(/PointModel<.*>/, with: "PointModel")
        }
    }

    @Test("must be taken, unless the model says that it takes any")
    func parts() throws {
        let strict = StrictInput.self
        let cases: [(String, String)] = try [
            (Self.message(strict, Self.fields("points", "labels")), "taken"),
            (
                Self.message(strict, Self.fields("points", "labels", "extra")),
                "batch: PointModel takes no \"extra\"; known: points, labels"
            ),
            (
                Self.message(strict, .tuple([Self.points, Self.label, Self.label])),
                "batch: it has 3 parts, PointModel takes 2: points, labels"
            ),
            (Self.message(strict, .list([Self.points, Self.label])), "taken"),
            (
                Self.message(strict, .tuple([Self.points])),
                "batch: \"labels\" is to be part 1, but there are 1"
            ),
            // What loaders add by themselves.
            (
                Self.message(strict, Self.fields("points", "labels", "img_metas", "gt_label")),
                "taken"
            ),
            (
                Self.message(
                    strict, Self.fields("points", "labels", "img_metas", "gt_label"),
                    training: true),
                "batch: PointModel takes no \"gt_label\"; known: points, labels"
            ),
            (Self.message(LenientInput.self, Self.fields("points", "extra")), "taken"),
            (Self.message(LenientInput.self, .tuple([Self.points, Self.label])), "taken"),
            // Batches of PackInputs have the two parts that MMEngine gives them.
            (Self.message(WholePackedInput.self, Self.fields("img", "gt_label", "other")), "taken"),
            (
                Self.message(PackedInput.self, Self.fields("img", "img_metas", "gt_label")),
                "batch: PointModel takes no \"data_samples\"; known: inputs"
            ),
        ]
        for (found, expected) in cases { #expect(found == expected) }
    }
}
