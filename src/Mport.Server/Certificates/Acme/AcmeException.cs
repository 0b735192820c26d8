namespace Mport.Server.Certificates.Acme;

/// <summary>The authority did not do what was asked; the message says why, in its words where it gave any.</summary>
/// <param name="message">Why.</param>
/// <param name="retryAfter">When it wants to be asked again, as it said; null where it did not.</param>
/// <param name="inner">What happened.</param>
internal sealed class AcmeException(string message, TimeSpan? retryAfter = null, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>When the authority wants to be asked again.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
