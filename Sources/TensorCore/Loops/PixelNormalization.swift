internal import CVectorLoops

/// The one formula that turns pixels into network input, wherever it runs.
///
/// `float32(double(float32(pixel - mean)) * (1 / double(std)))`, as MMCV computes it.
/// Shape: pixels `[H, W, 3]` interleaved, result the same.
public enum PixelNormalization {
    /// Normalises interleaved three-channel bytes; `swapsChannels` turns BGR into RGB first.
    public static func normalize(
        _ pixels: [UInt8], mean: [Double], deviation: [Double], swapsChannels: Bool
    ) -> [Float] {
        let (mean, inverse) = factors(mean, deviation)
        return unsafe [Float](unsafeUninitializedCapacity: pixels.count) { result, count in
            if let target = result.baseAddress {
                unsafe vector_loops_normalize_bytes(
                    pixels, target, pixels.count / 3, mean, inverse, swapsChannels ? 1 : 0)
            }
            count = pixels.count
        }
    }

    /// Normalises interleaved three-channel single-precision pixels.
    public static func normalize(
        _ pixels: [Float], mean: [Double], deviation: [Double], swapsChannels: Bool
    ) -> [Float] {
        let (mean, inverse) = factors(mean, deviation)
        return unsafe [Float](unsafeUninitializedCapacity: pixels.count) { result, count in
            if let target = result.baseAddress {
                unsafe vector_loops_normalize_floats(
                    pixels, target, pixels.count / 3, mean, inverse, swapsChannels ? 1 : 0)
            }
            count = pixels.count
        }
    }

    private static func factors(_ mean: [Double], _ deviation: [Double]) -> ([Float], [Double]) {
        require(
            mean.count == 3 && deviation.count == 3,
            "three channels have \(mean.count) means and \(deviation.count) deviations")
        // The original keeps mean and std as float32 arrays and works in double from there.
        return (mean.map(Float.init), deviation.map { 1 / Double(Float($0)) })
    }
}
