<?php

namespace App\Http\Controllers;

use App\Models\Order;
use Illuminate\Http\RedirectResponse;
use Illuminate\Http\Request;
use Illuminate\View\View;

class CheckoutController extends Controller
{
    public function show(Request $request): View
    {
        $order = $request->user()->orders()->firstOrCreate(['paid_at' => null]);

        return view('checkout', [
            'order' => $order,
            'total' => $order->total(),
        ]);
    }

    public function address(Request $request): RedirectResponse
    {
        $address = $request->validate([
            'name' => ['required', 'string'],
            'street' => ['required', 'string'],
            'city' => ['required', 'string'],
            'postcode' => ['required', 'string'],
        ]);

        $request->user()->update($address);

        return redirect()->route('checkout');
    }

    public function cancel(Request $request): RedirectResponse
    {
        $request->user()->orders()->whereNull('paid_at')->delete();

        return redirect()->route('products');
    }

    public function store(Request $request): RedirectResponse
    {
        $request->validate([
            'terms' => ['accepted'],
        ]);

        $order = $this->openOrder($request);

        /*
         * The price is fixed here: from now on, changes to products
         * and to their prices no longer change this order.
         */
        $order?->freeze();

        session()->put([
            'total' => $order->total(),
        ]);

        return redirect()->route('payment');
    }

    private function openOrder(Request $request): ?Order
    {
        return $request->user()->orders()->whereNull('paid_at')->latest()->first();
    }
}
