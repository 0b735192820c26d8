using System.Globalization;

namespace Mport.Protocol.Errors;

/// <summary>The stable code of one failure that a user can meet, written <c>MP-nnnn</c>. A number is never reused.</summary>
/// <param name="Number">1000 to 9999.</param>
public readonly record struct ErrorCode(int Number)
{
    /// <summary>Reads <c>MP-1234</c> (any case), or false.</summary>
    public static bool TryParse(string? text, out ErrorCode code)
    {
        code = default;
        if (text is not { Length: 7 } || !text.StartsWith("MP-", StringComparison.OrdinalIgnoreCase)
            || !int.TryParse(text.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1000)
        {
            return false;
        }

        code = new ErrorCode(number);
        return true;
    }

    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"MP-{Number:D4}");
}
