extension Image {
    /// The middle of an image; sides that are smaller than asked for stay whole.
    func middlePart(height: Double, width: Double) -> PixelBox {
        func range(_ length: Int, _ part: Double) -> (start: Int, count: Int) {
            let start = max(0, Int(((Double(length) - part) / 2).rounded(.toNearestOrEven)))
            // The last pixel's place is cut to an integer, as the original does with a fraction.
            let last = Int(min(Double(length), Double(start) + part) - 1)
            return (start, max(1, min(last, length - 1) - start + 1))
        }
        let rows = range(self.height, height)
        let columns = range(self.width, width)
        return PixelBox(
            top: rows.start, left: columns.start, height: rows.count, width: columns.count)
    }

    /// The middle as EfficientNet's crops take it: so much that a margin is left of the enlarged crop.
    func middlePart(forSide side: Int, margin: Int) -> PixelBox {
        let part = Double(side) / Double(side + margin) * Double(min(height, width))
        return middlePart(height: part, width: part)
    }

    /// The part in a box.
    func cropped(to box: PixelBox) -> Image {
        cropped(top: box.top, left: box.left, height: box.height, width: box.width)
    }
}
