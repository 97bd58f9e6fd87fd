import Drawing
public import ImageData
public import WorkflowRunner

extension Visualizer {
    /// Writes an image.
    ///
    /// Errors: throws `UsageError` for an image without pixels, or what backends throw.
    public func addImage(_ name: String, _ image: Image, step: Int = 0) throws {
        try addImage(name, raster(of: image), step: step)
    }

    /// Takes the image that is drawn on next.
    ///
    /// Errors: throws `UsageError` for an image without pixels.
    public func setImage(_ image: Image) throws { setImage(try raster(of: image)) }

    private func raster(of image: Image) throws -> Raster {
        guard let raster = Raster(image) else {
            throw UsageError("an image without pixels cannot be drawn")
        }
        return raster
    }
}
