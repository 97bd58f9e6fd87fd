import Foundation

extension RandomStream {
    /// A value in `0...1` of the beta distribution, whose mean is `a / (a + b)`.
    ///
    /// Source: Jöhnk's method where both parameters are at most 1, two gamma values otherwise.
    public mutating func beta(_ a: Double, _ b: Double) -> Double {
        require(a > 0 && b > 0, "beta(\(a), \(b)): both parameters must be positive")
        if let number = takeRecordedBeta() { return number }
        guard a <= 1 && b <= 1 else {
            let (x, y) = (gamma(a), gamma(b))
            return x / (x + y)
        }
        while true {
            let (u, v) = (1 - uniform(), 1 - uniform())
            let (x, y) = (pow(u, 1 / a), pow(v, 1 / b))
            guard x + y <= 1 else { continue }
            if x + y > 0 { return x / (x + y) }
            // Both powers are too small for a number; their logarithms are not.
            let (logX, logY) = (log(u) / a, log(v) / b)
            let largest = max(logX, logY)
            return exp(logX - largest - log(exp(logX - largest) + exp(logY - largest)))
        }
    }

    /// A value of the gamma distribution with scale 1.
    ///
    /// Source: G. Marsaglia and W. W. Tsang, "A Simple Method for Generating Gamma Variables", 2000.
    private mutating func gamma(_ shape: Double) -> Double {
        guard shape >= 1 else {
            return gamma(shape + 1) * pow(1 - uniform(), 1 / shape)
        }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let root = 1 + c * x
            guard root > 0 else { continue }
            let v = root * root * root
            if log(1 - uniform()) < x * x / 2 + d - d * v + d * log(v) { return d * v }
        }
    }
}
