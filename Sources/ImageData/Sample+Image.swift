public import TrainingInterfaces

extension Sample {
    /// The image under `img`, if there is one.
    public var image: Image? {
        get { image(under: "img") }
        set { self["img"] = newValue.map { .array($0.array) } }
    }

    /// The image under a name, if there is one.
    public func image(under key: String) -> Image? {
        guard case .array(let array) = self[key] else { return nil }
        return Image(array)
    }

    /// The file the element comes from: as loaded, or as its data set announces it.
    public var file: String? {
        if let file = string("filename") { return file }
        guard case .dictionary(let info) = self["img_info"],
            case .string(let name) = info["filename"]
        else {
            guard case .dictionary(let meta) = self["img_metas"],
                case .string(let name) = meta["filename"]
            else { return nil }
            return name
        }
        return FilePath.join(string("img_prefix"), name)
    }

    /// Notes the shape an image has now.
    mutating func noteShape(of image: Image) { self["img_shape"] = DataValue(shape: image.shape) }

    private func string(_ key: String) -> String? {
        guard case .string(let text) = self[key] else { return nil }
        return text
    }
}

extension DataValue {
    /// A shape as pipelines keep it: a tuple of integers.
    init(shape: [Int]) { self = .tuple(shape.map(DataValue.int)) }
}
