import TensorCore

/// Draws classes in turn, and samples of each class in turn, all from one generator.
struct ClassAwareOrder {
    /// Goes through values in an order that is drawn anew each time it ends.
    private struct Cycle {
        let values: [Int]
        private var order: [Int]
        private var place = 0

        init(_ values: [Int], _ generator: TorchGenerator) {
            self.values = values
            order = generator.permutation(values.count)
        }

        mutating func next(_ generator: TorchGenerator) -> Int {
            if place == order.count {
                order = generator.permutation(values.count)
                place = 0
            }
            defer { place += 1 }
            return values[order[place]]
        }
    }

    private let generator: TorchGenerator
    private var labels: Cycle
    private var samples: [Cycle]

    /// An order of these indices by class; classes without any are left out.
    init(_ classes: [[Int]], generator: TorchGenerator) {
        let filled = classes.filter { !$0.isEmpty }
        self.generator = generator
        labels = Cycle(Array(filled.indices), generator)
        samples = filled.map { Cycle($0, generator) }
    }

    /// The indices of one pass.
    mutating func indices(count: Int, samplesPerClass: Int) -> [Int] {
        guard !samples.isEmpty else { return [] }
        var indices: [Int] = []
        indices.reserveCapacity(count)
        while indices.count < count {
            let label = labels.next(generator)
            for _ in 0..<samplesPerClass where indices.count < count {
                indices.append(samples[label].next(generator))
            }
        }
        return indices
    }
}
