namespace Mport.Protocol.Errors;

/// <summary>One occurrence of a failure: the code, and a text for this case that says what happened, why, and what to do.</summary>
/// <param name="Code">The stable code.</param>
/// <param name="Text">The text for the user; holds no secret.</param>
/// <param name="Retry">True when trying again later can help without a human.</param>
/// <param name="RetryAfter">How long to wait before trying again, when the other side knows it.</param>
public sealed record Failure(ErrorCode Code, string Text, bool Retry = false, TimeSpan? RetryAfter = null)
{
    /// <summary>A failure whose text is the catalogue's own.</summary>
    public static Failure Of(ErrorDescription description, bool retry = false) =>
        new(description.Code, $"{description.Title}. {description.Fix}", retry);

    /// <summary>A failure with the particulars of this case before the catalogue's advice.</summary>
    public static Failure Of(ErrorDescription description, string what, bool retry = false) =>
        new(description.Code, $"{what} {description.Fix}", retry);

    /// <inheritdoc />
    public override string ToString() => $"{Code}: {Text}";
}
