public import ConfigCore
public import NeuralNet
import TensorCore
public import TrainingInterfaces

/// Normalises, pads and stacks the images under `inputs`, whatever the model does with them.
///
/// Images that a pipeline packed as `img` become `inputs`, what came with them `data_samples`.
/// Source: `ImgDataPreprocessor` of MMEngine.
public struct ImgDataPreprocessor: DataPreprocessor {
    private let stack: ImageStack

    /// Reads `mean`, `std`, `pad_size_divisor`, `pad_value`, `bgr_to_rgb` and `rgb_to_bgr`.
    public init(from reader: inout ConfigReader) throws {
        reader.ignore("non_blocking")
        var stack = try ImageStack(from: &reader)
        if let count = stack.normalization?.mean.count, count != 1, count != 3 {
            throw reader.failure(
                "mean", "has \(count) values", remedy: "give 1, or 3 for images with colors")
        }
        let toRGB = try reader.value("bgr_to_rgb", default: false)
        let toBGR = try reader.value("rgb_to_bgr", default: false)
        guard !(toRGB && toBGR) else {
            throw reader.failure(
                "rgb_to_bgr", "does not go together with bgr_to_rgb", remedy: "set only one of them"
            )
        }
        stack.swap = toRGB || toBGR ? .all : .none
        self.stack = stack
    }

    /// The batch with `inputs` as one array, and `data_samples`.
    public func callAsFunction(_ batch: Batch, _ context: ForwardContext) throws -> Batch {
        guard case .dictionary(var fields) = batch.value else {
            throw BatchError(
                "ImgDataPreprocessor: expected a batch with \"inputs\", got \(batch.value.kind)")
        }
        if fields["inputs"] == nil, let images = fields["img"] {
            fields["img"] = nil
            fields = DataDictionary([
                ("inputs", images), ("data_samples", .dictionary(fields)),
            ])
        }
        guard let images = fields["inputs"] else { throw BatchError.missingInputs }
        fields["inputs"] = .array(try stack(images))
        if fields["data_samples"] == nil { fields["data_samples"] = DataValue.none }
        return Batch(.dictionary(fields), sampleCount: batch.sampleCount)
    }
}

extension BatchError {
    static let missingInputs = BatchError(
        "batch: there is no \"inputs\"; the pipeline needs PackInputs at its end")
}
