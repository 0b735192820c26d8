namespace Mport.EndToEnd.Tests.Kit;

/// <summary>
/// One edge for all tests that neither stop it nor use up what it limits (failed logins of 127.0.0.1). Each such test has a
/// <see cref="ClientHome"/> and tunnel names of its own. At the end its log must hold no error.
/// </summary>
public sealed class SharedEdge : IAsyncLifetime
{
    // Several for each test that uses it.
    private const int Ports = 200;

    private EdgeProcess? _edge;

    internal EdgeProcess Edge => _edge ?? throw new InvalidOperationException("The shared edge has not started.");

    /// <inheritdoc />
    public async ValueTask InitializeAsync() => _edge = await EdgeProcess.StartAsync(Ports);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_edge is not null)
        {
            await _edge.DisposeAsync();
            _edge.AssertNoErrorLogged();
        }
    }
}
