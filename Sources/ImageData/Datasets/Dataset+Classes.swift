/// A data set made of elements of others.
protocol WrappingDataset: Dataset {
    /// Where an element comes from.
    func origin(of index: Int) -> (dataset: any Dataset, index: Int)
}

extension Dataset {
    /// All classes of an element, as far as they are known without reading it.
    public func classes(at index: Int) -> Set<Int> {
        if let wrapper = self as? any WrappingDataset {
            let origin = wrapper.origin(of: index)
            return origin.dataset.classes(at: origin.index)
        }
        if let several = self as? any MultiLabelElements { return several.labels(at: index) }
        return label(at: index).map { [$0] } ?? []
    }

    /// For each class 1 where an element belongs to it, 0 where not, -1 where nobody can tell; nil where
    /// elements have one class each.
    public func flags(at index: Int, classCount: Int) -> [Int8]? {
        if let wrapper = self as? any WrappingDataset {
            let origin = wrapper.origin(of: index)
            return origin.dataset.flags(at: origin.index, classCount: classCount)
        }
        guard let several = self as? any MultiLabelElements else { return nil }
        let (labels, doubtful) = (several.labels(at: index), several.doubtfulLabels(at: index))
        return (0..<classCount).map {
            labels.contains($0) ? 1 : doubtful.contains($0) ? -1 : 0
        }
    }

    /// Whether every element tells its classes without being read.
    public var hasClasses: Bool { (0..<count).allSatisfy { !classes(at: $0).isEmpty } }

    /// The elements of each class that has any, in the order of the classes.
    var elementsOfClasses: [[Int]] {
        var elements: [Int: [Int]] = [:]
        for place in 0..<count {
            for label in classes(at: place) { elements[label, default: []].append(place) }
        }
        return elements.sorted { $0.key < $1.key }.map(\.value)
    }
}
