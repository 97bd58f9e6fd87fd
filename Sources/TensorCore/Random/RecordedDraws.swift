/// Random numbers that somebody else drew, kind by kind, in the order in which they were used.
package struct RecordedDraws: Sendable {
    /// Numbers in `0..<1`.
    package var uniform: ArraySlice<Double> = []
    /// Numbers of a range.
    package var ranged: ArraySlice<Double> = []
    /// Normally distributed numbers, scaled and moved.
    package var normal: ArraySlice<Double> = []
    /// Values of beta distributions.
    package var beta: ArraySlice<Double> = []
    /// Whole numbers.
    package var integers: ArraySlice<Int> = []
    /// Orders of several things.
    package var orders: ArraySlice<[Int]> = []

    /// No numbers.
    package init() {}
}
