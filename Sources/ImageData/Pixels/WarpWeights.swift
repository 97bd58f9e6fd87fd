/// The weights of the pixels around a place, for each of 32 by 32 places within a pixel, in 1/32768.
///
/// Source: the interpolation tables of OpenCV's `remap`.
struct WarpWeights: Sendable {
    /// How many pixels along each side have a weight.
    let side: Int
    /// How many of them come before the place's own pixel.
    var reach: Int { side / 2 - 1 }
    /// `side * side` weights a place, the places row by row.
    let values: [Int32]

    /// Weights between two neighbours.
    static let linear = WarpWeights(side: 2) { [1 - $0, $0] }

    /// Weights of a kernel.
    init(_ kernel: ResizeKernel) {
        self.init(side: kernel == .cubic ? 4 : 8) { kernel.weights(at: $0) }
    }

    private init(side: Int, _ weights: (Float) -> [Float]) {
        let along = (0..<32).map { weights(Float($0) / 32) }
        var values: [Int32] = []
        values.reserveCapacity(1024 * side * side)
        for down in along {
            for across in along { values += Self.product(down, across, side) }
        }
        self.side = side
        self.values = values
    }

    /// The products of two rows of weights, corrected so that they add up to the whole.
    private static func product(_ down: [Float], _ across: [Float], _ side: Int) -> [Int32] {
        var cells = down.flatMap { first in
            across.map { second in
                min(Int32((first * second * 32768).rounded(.toNearestOrEven)), 32767)
            }
        }
        let excess = cells.reduce(0, +) - 32768
        guard excess != 0 else { return cells }
        guard side > 2 else {
            // Only a weight of 32768, which has no room in 16 bits, brings one here.
            if let place = cells.firstIndex(of: 32767) { cells[place] = 32768 }
            return cells
        }
        // The correction goes to the largest or smallest of the four cells from the middle on.
        let middle = side / 2
        var (largest, smallest) = (middle * side + middle, middle * side + middle)
        for row in middle..<(middle + 2) {
            for column in middle..<(middle + 2) {
                let place = row * side + column
                if cells[place] < cells[smallest] {
                    smallest = place
                } else if cells[place] > cells[largest] {
                    largest = place
                }
            }
        }
        cells[excess < 0 ? largest : smallest] -= excess
        return cells
    }
}
