namespace Mport.Server.Certificates.Challenges;

/// <summary>Something that an authority may look at for now.</summary>
/// <param name="end">Takes it away.</param>
internal sealed class ShownChallenge(Func<ValueTask> end) : IAsyncDisposable
{
    /// <inheritdoc />
    public ValueTask DisposeAsync() => end();
}
