namespace Mport.Client.Health;

/// <summary>
/// Turns the results of checks into a verdict. Pure. The first result is the first verdict, so that a client that starts beside a dead service says so at
/// once; afterwards so many results in a row against the verdict change it, so that one lost packet does not.
/// </summary>
/// <param name="threshold">How many in a row.</param>
internal sealed class HealthJudge(int threshold)
{
    private bool? _healthy;
    private int _against;

    /// <summary>Takes a result; gives the new verdict when it has changed, else null.</summary>
    public HealthVerdict? Judge(HealthVerdict result)
    {
        if (result.Healthy == _healthy)
        {
            _against = 0;
            return null;
        }

        if (_healthy is not null && ++_against < threshold)
        {
            return null;
        }

        _healthy = result.Healthy;
        _against = 0;
        return result;
    }
}
