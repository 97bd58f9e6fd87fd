public import TensorCore
public import TrainingInterfaces

/// One step of a data pipeline.
///
/// Workers apply the same transform to different samples at the same time, so it holds no state that
/// changes. All its randomness comes from the stream it is given.
public protocol Transform: Sendable {
    /// Whether it draws random numbers; only such transforms have a stream of their own.
    var isRandom: Bool { get }
    /// Changes a sample.
    ///
    /// - Parameters:
    ///   - sample: The sample as the transforms before left it.
    ///   - random: Numbers that belong to this sample, pass and transform.
    /// - Throws: `TransformError` where the sample does not fit; the pipeline adds the file.
    func apply(to sample: inout Sample, random: inout RandomStream) throws
}

/// Why a transform cannot handle a sample.
public struct TransformError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The transform, what is wrong and, after a semicolon, what to do about it.
    public let description: String

    /// Says which transform has what trouble: `RandomCrop: …`.
    public init(_ transform: String, _ problem: String) { description = "\(transform): \(problem)" }
}

extension Sample {
    /// The image under `img`, which a transform needs.
    func requiredImage(for transform: String, under key: String = "img") throws -> Image {
        guard let value = self[key] else {
            throw TransformError(
                transform, "the sample has no \"\(key)\"; load an image first (LoadImageFromFile)")
        }
        guard case .array(let array) = value, let image = Image(array) else {
            throw TransformError(transform, "\"\(key)\" is not an image")
        }
        return image
    }
}
