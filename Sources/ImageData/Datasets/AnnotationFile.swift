/// Reads lists of images: a path, a space and a label on every line.
enum AnnotationFile {
    /// The images of a file; `classCount` bounds the labels where it is known.
    static func read(_ path: String, classCount: Int?) throws(DataError) -> [LabelledImage] {
        var images: [LabelledImage] = []
        for (number, line) in try FileBytes.lines(path).enumerated() {
            let line = line.trimmed
            if line.isEmpty { continue }
            guard let space = line.lastIndex(of: " "),
                let label = Int(line[line.index(after: space)...]), label >= 0
            else {
                throw DataError(
                    file: "\(path):\(number + 1)",
                    reason: "expected a path, a space and a label, got \"\(line)\"", kind: .unfit)
            }
            if let classCount, label >= classCount {
                throw DataError(
                    file: "\(path):\(number + 1)",
                    reason: "label \(label) is not below the number of classes, \(classCount)",
                    kind: .unfit)
            }
            images.append(LabelledImage(file: String(line[..<space]), label: label))
        }
        guard !images.isEmpty else {
            throw DataError(file: path, reason: "lists no images", kind: .unfit)
        }
        return images
    }
}

extension String {
    /// The text without white space at its ends.
    fileprivate var trimmed: Substring {
        var rest = self[...]
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return rest.drop(while: \.isWhitespace)
    }
}
