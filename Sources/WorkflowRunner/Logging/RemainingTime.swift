/// How long the rest of a run takes, judged by the mean of its iterations so far.
struct RemainingTime {
    private var iterations = 0
    private var seconds = 0.0

    /// Includes iterations of a mean duration.
    mutating func include(_ iterations: Int, lasting mean: Double) {
        self.iterations += iterations
        seconds += mean * Double(iterations)
    }

    /// The time for that many iterations, as Python writes it; `fallback` is their mean before any was
    /// included.
    func text(for remaining: Int, fallback: Double) -> String {
        let mean = iterations > 0 ? seconds / Double(iterations) : fallback
        return PythonText.duration(seconds: Int(mean * Double(max(0, remaining))))
    }
}
