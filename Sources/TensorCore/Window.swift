/// The geometry of a two-dimensional convolution or pooling window.
public struct Window: Sendable, Hashable {
    /// Height and width of the kernel.
    public var kernel: (height: Int, width: Int)
    /// Steps between windows.
    public var stride: (height: Int, width: Int)
    /// Zeros added on both sides.
    public var padding: (height: Int, width: Int)
    /// Distance between the kernel's elements; 1 is a dense kernel.
    public var dilation: (height: Int, width: Int)

    /// A window; everything but the kernel has PyTorch's default.
    public init(
        kernel: (Int, Int), stride: (Int, Int) = (1, 1), padding: (Int, Int) = (0, 0),
        dilation: (Int, Int) = (1, 1)
    ) {
        self.kernel = kernel
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
    }

    var numbers: [Int] {
        [
            kernel.height, kernel.width, stride.height, stride.width, padding.height, padding.width,
            dilation.height, dilation.width,
        ]
    }

    /// Compares all numbers.
    public static func == (a: Window, b: Window) -> Bool { a.numbers == b.numbers }

    /// Hashes all numbers.
    public func hash(into hasher: inout Hasher) { hasher.combine(numbers) }

    /// The size of the output over an input of that size, or nil where no window fits.
    ///
    /// `roundsUp` is PyTorch's `ceil_mode`: a last window may hang over, unless it would begin in the
    /// padding.
    func output(height: Int, width: Int, roundsUp: Bool = false) -> (height: Int, width: Int)? {
        func size(_ input: Int, _ k: Int, _ s: Int, _ p: Int, _ d: Int) -> Int? {
            let room = input + 2 * p - d * (k - 1) - 1 + (roundsUp ? s - 1 : 0)
            guard room >= 0 else { return nil }
            var count = room / s + 1
            if roundsUp && (count - 1) * s >= input + p { count -= 1 }
            return count
        }
        guard
            let h = size(height, kernel.height, stride.height, padding.height, dilation.height),
            let w = size(width, kernel.width, stride.width, padding.width, dilation.width)
        else { return nil }
        return (h, w)
    }

    /// Zeros needed on the far side for an output of that size; negative where input is left over.
    func farPadding(input: (Int, Int), output: (height: Int, width: Int)) -> (Int, Int) {
        (
            (output.height - 1) * stride.height + dilation.height * (kernel.height - 1) + 1
                - input.0 - padding.height,
            (output.width - 1) * stride.width + dilation.width * (kernel.width - 1) + 1
                - input.1 - padding.width
        )
    }
}

/// A pair as messages show it, without the labels.
func text(_ pair: (height: Int, width: Int)) -> String { "(\(pair.height), \(pair.width))" }
