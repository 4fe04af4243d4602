using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>One exchange that we begin: what the request says, what the answer means.</summary>
internal interface IExchangeTask
{
    ExchangeType Exchange { get; }

    /// <summary>Writes the request's payloads. Called again where the answer was <see cref="TaskStep.Again"/>.</summary>
    void BuildRequest(IkeSa sa, uint messageId, PayloadWriter writer);

    /// <summary>Takes the answer, which follows the rules of its exchange.</summary>
    TaskStep HandleResponse(IkeSa sa, in IkeMessage message);
}
