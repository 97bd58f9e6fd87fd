import Foundation
import ImageData
import WorkflowRunner

/// A folder of images, each with what a model said of it below.
public struct PredictionPictures {
    private let folder: String

    /// Makes the folder.
    ///
    /// - Parameter folder: Its path.
    /// - Throws: `UsageError` where it cannot be made or written to.
    public init(_ folder: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw UsageError("\(folder): cannot make the folder: \(SystemError.reason(error))")
        }
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw UsageError("\(folder): cannot write into the folder; choose another")
        }
        self.folder = folder
    }

    /// Writes a PNG file an image, called as the image is.
    ///
    /// - Parameter predictions: What was said of each image.
    /// - Returns: The files, in the images' order.
    /// - Throws: `DataError` for an image that cannot be read any more, `DrawingError`.
    @discardableResult public func write(_ predictions: [Prediction]) throws -> [String] {
        var names = PictureNames()
        return try predictions.enumerated().map { index, prediction in
            let file = URL(fileURLWithPath: prediction.image).lastPathComponent
            let path = "\(folder)/\(names.name(for: file, at: index)).png"
            try PredictionPicture(
                LoadImageFromFile().decode(prediction.image), label: prediction.predClass,
                score: Double(prediction.predScore)
            ).write(to: path)
            return path
        }
    }
}
